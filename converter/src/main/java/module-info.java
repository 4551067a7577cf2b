/** Reads models of Keras and others into what the engine runs, and the command line. */
module lanewise.converter {
    requires transitive lanewise.engine;
    requires com.google.protobuf;
    requires com.google.protobuf.util;
    requires info.picocli;
    requires io.jhdf;
    // these have no descriptors of their own to ask for what they need: protobuf's for gson, jHDF for the two behind it
    requires com.google.gson;
    requires org.apache.commons.lang3;
    requires org.apache.commons.compress;
    requires org.slf4j;
    requires jdk.management;
    requires tools.jackson.databind;

    exports lanewise.convert;

    // protobuf reads and fills messages by reflection
    opens lanewise.convert.proto to com.google.protobuf;
    opens lanewise.cli to info.picocli;
}
