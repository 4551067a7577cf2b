/**
 * Reads models of Keras and others into what the engine runs: {@link lanewise.convert.Importer} is the way in.
 *
 * <p>HDF5 files are read with jHDF, which logs through SLF4J. This module brings SLF4J's API and no logger, so that
 * yours is used. Without any, SLF4J says so in three lines on standard error, once per JVM; add a logger, or
 * {@code org.slf4j:slf4j-nop}, or start Java with {@code -Dslf4j.internal.verbosity=ERROR}.
 */
// lanewise.cli is compiled after this module
@SuppressWarnings("module") module lanewise.converter {
    requires transitive lanewise.engine;
    requires com.google.protobuf;
    requires com.google.protobuf.util;
    requires io.jhdf;
    // these have no descriptors of their own to ask for what they need: protobuf's for gson, jHDF for the two behind it
    requires com.google.gson;
    requires org.apache.commons.lang3;
    requires org.apache.commons.compress;
    requires org.slf4j;
    requires tools.jackson.databind;

    exports lanewise.convert;
    // the command line reads and prints the same files, and replays the same cases; nobody else relies on these
    exports lanewise.files to lanewise.cli;
    exports lanewise.verify to lanewise.cli;

    // protobuf reads and fills messages by reflection
    opens lanewise.convert.proto to com.google.protobuf;
}
