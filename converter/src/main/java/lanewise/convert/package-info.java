/** Reads models that Keras wrote: {@link lanewise.convert.Importer} takes any supported file or folder. */
package lanewise.convert;
