/** What a model is: records that importers produce, that print, compare and validate, and that hold no kernels. */
package lanewise.spec;
