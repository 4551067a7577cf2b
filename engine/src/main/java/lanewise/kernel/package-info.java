/** All arithmetic of the engine, as two twins, vector and scalar, with the same bits. Not exported. */
package lanewise.kernel;
