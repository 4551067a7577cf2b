/**
 * Runs Keras recurrent models on the CPU: {@link lanewise.Model} holds the weights, {@link lanewise.Predictor} scores.
 *
 * <p>On the module path the Vector API resolves by itself. On the class path say
 * {@code --add-modules jdk.incubator.vector}; without it the scalar twin gives the same answers, slower.
 */
module lanewise.engine {
    requires java.management;
    requires jdk.management;
    requires jdk.incubator.vector;
    requires jdk.jfr;

    exports lanewise;
    exports lanewise.error;
    exports lanewise.fold;
    exports lanewise.format;
    exports lanewise.options;
    exports lanewise.spec;
    exports lanewise.tasks;
    exports lanewise.text;
}
