/** Other engines, each built from the same numbers through its Java API, on one thread. */
package lanewise.bench.rivals;
