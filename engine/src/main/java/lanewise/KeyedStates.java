package lanewise;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import lanewise.error.InvalidInputException;
import lanewise.format.PlainFile;
import lanewise.format.WholeFile;

/**
 * The states of streams whose keys are texts: of a user, a card, a sensor. Holds at most as many as it was made for;
 * then the stream that was stepped longest ago is forgotten, and a step of its key begins a new one. Created by
 * {@link Model#keyedStates}.
 *
 * <pre>{@code
 * try (KeyedStates states = model.keyedStates(100_000, Duration.ofDays(1)); Stepper stepper = model.stepper()) {
 *     states.step(stepper, "card 4711", x, y);
 * }
 * }</pre>
 *
 * <p>Any number of threads may use it, each with a {@link Stepper} of its own; they take turns. Where that is too slow,
 * make several, and choose by the key's hash. A step of a known key allocates nothing.
 */
public final class KeyedStates implements AutoCloseable {
    /** The longest key, in bytes of UTF-8; memory is bounded by that too. */
    public static final int MAX_KEY_BYTES = 1024;

    private final LoadedModel model;
    private final int most;
    private final long maxAgeMillis;
    private final InstantSource clock;
    /** One more place than streams, so that a new stream can take its first step before an old one is forgotten. */
    private final StateStore store;
    private final int[] free;
    private int freeCount;
    /** In the order of their last steps. */
    private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private long forgotten;
    /** No stream was stepped before. */
    private long firstUse = Long.MIN_VALUE;

    /** Where a stream is, and when it was stepped, in milliseconds since 1970. */
    private static final class Entry {
        private final int place;
        private long lastUse;

        Entry(int place) {
            this.place = place;
        }
    }

    /**
     * Creates room.
     *
     * @param maxAge null if streams are kept for as long as there is room
     */
    KeyedStates(LoadedModel model, int most, Duration maxAge, InstantSource clock) {
        if (most < 1 || most == Integer.MAX_VALUE) {
            throw new InvalidInputException(
                    "room for " + most + " streams, expected at least 1 and less than 2^31 - 1");
        }
        if (maxAge != null && (maxAge.isNegative() || maxAge.isZero())) {
            throw new InvalidInputException("streams are forgotten after " + maxAge + ", expected some time");
        }
        this.model = model;
        this.most = most;
        this.clock = clock;
        maxAgeMillis = maxAge == null || maxAge.compareTo(Duration.ofMillis(Long.MAX_VALUE / 4)) > 0
                ? Long.MAX_VALUE / 4
                : Math.max(1, maxAge.toMillis());
        store = new StateStore(model, most + 1L);
        free = new int[most + 1];
        freeAll();
    }

    private void freeAll() {
        for (int i = 0; i <= most; i++) {
            // the first places are taken first
            free[i] = most - i;
        }
        freeCount = most + 1;
    }

    /**
     * Advances a stream by one step; a new stream begins with it. The stepper's own stream is replaced by a copy.
     *
     * @param stepper this thread's stepper, of the same model
     * @param key     the stream's key
     * @param x       the input of the step
     * @param y       takes the output, if one is due; must have room for the largest output of a step
     * @return whether an output was due; if not, y is unchanged
     * @throws InvalidInputException if the stepper is of another model, the key is too long, x is refused, or y is too
     *                               short; no stream is changed or forgotten then, except those that are too old
     * @throws IllegalStateException if this is closed
     */
    public boolean step(Stepper stepper, String key, float[] x, float[] y) {
        lock.lock();
        try {
            forgetOld();
            Entry entry = entries.get(key);
            if (entry != null) {
                boolean due = stepper.step(store, entry.place, x, y);
                use(key, entry);
                return due;
            }
            needShort(key);
            int place = free[freeCount - 1];
            store.reset(place);
            boolean due = stepper.step(store, place, x, y);
            add(key);
            return due;
        } finally {
            lock.unlock();
        }
    }

    private static void needShort(String key) {
        // no character has more than three bytes
        if (key.length() > MAX_KEY_BYTES / 3 && key.getBytes(StandardCharsets.UTF_8).length > MAX_KEY_BYTES) {
            throw new InvalidInputException("key '" + key.substring(0, 20) + "...' has more than " + MAX_KEY_BYTES
                    + " bytes; use a hash of it");
        }
    }

    private void use(String key, Entry entry) {
        entry.lastUse = clock.millis();
        entries.putLast(key, entry);
    }

    /** Gives the next free place to a key, whose state is there already. */
    private Entry add(String key) {
        Entry entry = new Entry(free[--freeCount]);
        use(key, entry);
        if (entries.size() > most) {
            forget(entries.firstEntry());
        }
        return entry;
    }

    private void forgetOld() {
        needOpen();
        long oldest = clock.millis() - maxAgeMillis;
        while (firstUse < oldest) {
            // looking at the first entry makes an object, so it is done only where that may have become too old
            Map.Entry<String, Entry> first = entries.firstEntry();
            firstUse = first == null ? clock.millis() : first.getValue().lastUse;
            if (first != null && firstUse < oldest) {
                forget(first);
            }
        }
    }

    private void forget(Map.Entry<String, Entry> eldest) {
        free[freeCount++] = eldest.getValue().place;
        entries.remove(eldest.getKey());
        forgotten++;
    }

    private void needOpen() {
        if (store.isClosed()) {
            throw new IllegalStateException("these states are closed");
        }
    }

    /**
     * Copies out a stream's state.
     *
     * @param key the stream's key
     * @return a copy, or empty if there is no such stream
     * @throws IllegalStateException if this or the model is closed
     */
    public Optional<State> get(String key) {
        lock.lock();
        try {
            forgetOld();
            Entry entry = entries.get(key);
            if (entry == null) {
                return Optional.empty();
            }
            State state = new State(model);
            store.get(entry.place, state);
            return Optional.of(state);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sets a stream's state, as its newest step would.
     *
     * @param key  the stream's key, known or not
     * @param from its new state
     * @throws InvalidInputException if the state belongs to another model, or the key is too long
     * @throws IllegalStateException if this is closed
     */
    public void set(String key, State from) {
        lock.lock();
        try {
            forgetOld();
            Entry entry = entries.get(key);
            if (entry != null) {
                store.set(entry.place, from);
                use(key, entry);
                return;
            }
            needShort(key);
            store.set(free[freeCount - 1], from);
            add(key);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Forgets a stream.
     *
     * @param key the stream's key
     * @return whether there was one
     */
    public boolean remove(String key) {
        lock.lock();
        try {
            forgetOld();
            Entry entry = entries.remove(key);
            if (entry != null) {
                free[freeCount++] = entry.place;
            }
            return entry != null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * How many streams there are.
     *
     * @return the number of keys; those that are too old don't count
     */
    public int size() {
        lock.lock();
        try {
            forgetOld();
            return entries.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * How many streams had to go since this was made: for want of room, or since they were too old.
     *
     * @return the number
     */
    public long forgotten() {
        lock.lock();
        try {
            return forgotten;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Saves all streams with their keys and the times of their last steps. Others wait.
     *
     * @param path a file; it is written completely or not at all
     * @throws lanewise.error.ModelFileException if it can't be written
     */
    public void save(Path path) {
        lock.lock();
        try {
            forgetOld();
            WholeFile.write(path, this::save);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes all streams with their keys and the times of their last steps. Others wait.
     *
     * @param stream takes them; stays open
     * @throws IOException if the stream fails
     */
    public void save(OutputStream stream) throws IOException {
        lock.lock();
        try {
            forgetOld();
            StateFile.Writer out = new StateFile.Writer(stream, model, StateFile.KEYED, entries.size());
            for (Map.Entry<String, Entry> entry : entries.entrySet()) {
                out.putKey(entry.getKey().getBytes(StandardCharsets.UTF_8), entry.getValue().lastUse);
                int place = entry.getValue().place;
                out.put(store.memory(), store.offset(place), store.stateBytes());
            }
            out.end();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Reads streams, into this, which must be empty. If there are more than there is room for, those that were stepped
     * last are kept. If they are refused, this stays empty.
     *
     * @param path   what {@link #save(Path)} wrote
     * @param adopts whether they may be of another model that fits, see {@link Model#adoptState(byte[])}
     * @throws lanewise.error.ModelFileException if the file can't be read
     * @throws InvalidInputException             if they are damaged, of another version, or of another model, or this
     *                                           is not empty
     */
    public void load(Path path, boolean adopts) {
        PlainFile.read(path, in -> {
            load(in, adopts, true);
            return path;
        });
    }

    /**
     * Reads streams, see {@link #load(Path, boolean)}.
     *
     * @param stream what {@link #save(OutputStream)} wrote; nothing is read beyond it
     * @param adopts whether they may be of another model that fits, see {@link Model#adoptState(byte[])}
     * @throws IOException if the stream fails
     */
    public void load(InputStream stream, boolean adopts) throws IOException {
        load(stream, adopts, false);
    }

    private void load(InputStream stream, boolean adopts, boolean isLast) throws IOException {
        lock.lock();
        try {
            forgetOld();
            if (!entries.isEmpty()) {
                throw new InvalidInputException("there are " + entries.size() + " streams here already; load saved ones"
                        + " into new states");
            }
            long before = forgotten;
            try {
                read(new StateFile.Reader(stream, model, StateFile.KEYED, adopts), isLast);
            } catch (IOException | RuntimeException | Error e) {
                entries.clear();
                freeAll();
                forgotten = before;
                throw e;
            }
        } finally {
            lock.unlock();
        }
    }

    private void read(StateFile.Reader in, boolean isLast) throws IOException {
        for (long i = 0; i < in.count(); i++) {
            long lastUse = in.getLastUse();
            String key = new String(in.getKey(MAX_KEY_BYTES), StandardCharsets.UTF_8);
            if (entries.containsKey(key)) {
                throw new InvalidInputException("the saved states are damaged: key '" + key + "' is there twice");
            }
            in.get(store.memory(), store.offset(free[freeCount - 1]), store.stateBytes());
            add(key).lastUse = lastUse;
            firstUse = Math.min(firstUse, lastUse);
        }
        in.end(isLast);
    }

    /** Frees the memory. Closing twice does nothing. */
    @Override
    public void close() {
        lock.lock();
        try {
            entries.clear();
            store.close();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        lock.lock();
        try {
            return "KeyedStates[" + entries.size() + " of at most " + most + " streams of '" + model.spec().name() + "'"
                    + (store.isClosed() ? ", closed" : "") + "]";
        } finally {
            lock.unlock();
        }
    }
}
