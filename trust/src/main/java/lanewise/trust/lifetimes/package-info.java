/**
 * Many threads use, swap and close models at once. A call gives the right bits or a documented exception, whatever the
 * others do meanwhile.
 */
package lanewise.trust.lifetimes;
