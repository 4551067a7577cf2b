/**
 * Watches how fast models run: which calls take longer than they should, and what becomes of the warm-up, with the
 * events of JDK Flight Recorder that tell it. It knows no model, only its name and what was measured.
 */
package lanewise.watch;
