/** Files that are not models: JSON and NumPy arrays. Not exported. */
package lanewise.files;
