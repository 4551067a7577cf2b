/** All arithmetic of the engine, twice: with vectors and without, bit for bit the same. Not exported. */
package lanewise.kernel;
