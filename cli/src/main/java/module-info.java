/** The command line {@code lanewise}: {@link lanewise.cli.Main} starts it. Nothing is exported. */
module lanewise.cli {
    requires lanewise.engine;
    requires lanewise.converter;
    requires info.picocli;
    requires jdk.management;
    requires tools.jackson.databind;

    opens lanewise.cli to info.picocli;
}
