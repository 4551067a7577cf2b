/** Reads Keras files into what the engine runs, and the command line. */
module lanewise.converter {
    requires transitive lanewise.engine;
    requires info.picocli;
    requires io.jhdf;
    // jHDF has no descriptor of its own to ask for these two
    requires org.apache.commons.lang3;
    requires org.slf4j;
    requires jdk.management;
    requires tools.jackson.databind;

    exports lanewise.convert;

    opens lanewise.cli to info.picocli;
}
