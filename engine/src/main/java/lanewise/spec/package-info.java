/**
 * Describes a model: layers, graph, weights and examples as values, in Keras's terms. Records that print, compare and
 * check themselves; nothing here computes, and nothing knows how it will run. All types are immutable and serve any
 * number of threads. No parameter and no component is null, unless its documentation says so.
 */
package lanewise.spec;
