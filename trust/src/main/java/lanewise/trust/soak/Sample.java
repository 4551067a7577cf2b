package lanewise.trust.soak;

/**
 * What was measured in one interval.
 *
 * @param seconds  since the soak began
 * @param calls    how many calls
 * @param p50      nanoseconds that half of the calls took at most
 * @param p99      that 99 % took at most
 * @param p999     that 99.9 % took at most
 * @param bytes    allocated by calls
 * @param disturbed bytes allocated by calls while memory of another model was closed
 * @param resident bytes of the process
 * @param heap     bytes used of the heap after a collection
 * @param offHeap  bytes of the process beyond the heap
 * @param others   models that were opened and closed so far
 */
record Sample(double seconds, long calls, long p50, long p99, long p999, long bytes, long disturbed, long resident,
        long heap,
        long offHeap, long others) {}
