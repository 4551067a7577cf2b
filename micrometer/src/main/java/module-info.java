/** Metrics of {@link lanewise.Pool pools} and {@link lanewise.Model models} for Micrometer. */
module lanewise.micrometer {
    requires transitive lanewise.engine;
    requires transitive micrometer.core;

    exports lanewise.micrometer;
}
