package lanewise.files;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import lanewise.error.ModelFileException;

/**
 * Reads a Python pickle (protocols 0 to 5, opcodes as in CPython's {@code Lib/pickletools.py}) that holds one object of
 * an expected class whose attributes are plain values. Nothing is ever called: a stream can make numbers, texts, lists,
 * dicts, and that one object; whatever else it names is refused. Memory is bounded by the length of the stream.
 */
public final class Pickle {
    /** Classes of dicts, which become plain ones. */
    private static final Set<String> DICTS = Set.of("collections.OrderedDict", "collections.defaultdict",
            "builtins.dict",
            "__builtin__.dict");
    /**
     * What may stand beside them: how protocols 0 and 1 write an object, and what a defaultdict starts its values with.
     */
    private static final Set<String> HARMLESS = Set.of("copy_reg._reconstructor", "copyreg._reconstructor",
            "builtins.object",
            "__builtin__.object", "builtins.int", "__builtin__.int", "__builtin__.long");
    private static final Object MARK = new Object();

    /** A class or function that the stream names. */
    private record Global(String module, String name) {
        @Override
        public String toString() {
            return module + "." + name;
        }
    }

    /**
     * The object that the stream holds.
     *
     * @param type       its class, with the module
     * @param attributes its attributes by name: null, {@code Boolean}, {@code Long}, {@code Double}, {@code String},
     *                   {@code List} or {@code Map} of such
     */
    public record Instance(String type, Map<String, Object> attributes) {}

    private final PickleInput in;
    private final BiPredicate<String, String> expected;
    private final List<Object> stack = new ArrayList<>();
    private final Map<Integer, Object> memo = new HashMap<>();

    private Pickle(String where, byte[] bytes, BiPredicate<String, String> expected) {
        this.in = new PickleInput(where, bytes);
        this.expected = expected;
    }

    /**
     * Reads an object.
     *
     * @param where    what it is, for messages
     * @param bytes    the stream
     * @param expected whether a class, given by its module and name, is the one to be read
     * @return the object
     * @throws ModelFileException if the stream is damaged or holds anything else
     */
    public static Instance read(String where, byte[] bytes, BiPredicate<String, String> expected) {
        Object value = new Pickle(where, bytes, expected).run();
        if (value instanceof Instance instance) {
            return instance;
        }
        throw new ModelFileException(where + " is a pickle of " + describe(value) + ", expected one of an object");
    }

    /**
     * Whether bytes look like a pickle rather than text.
     *
     * @param head the first bytes
     * @return true for protocols 2 and later, and for 0 and 1 where they begin with an object
     */
    public static boolean isPickle(byte[] head) {
        return head.length > 1 && ((head[0] & 0xff) == 0x80 && head[1] >= 2 && head[1] <= 5
                || new String(head, StandardCharsets.ISO_8859_1).startsWith("ccopy_reg\n"));
    }

    private static String describe(Object value) {
        return switch (value) {
            case null -> "None";
            case Map<?, ?> m -> "a dict";
            case List<?> l -> "a list";
            case Global g -> g.toString();
            case Instance i -> i.type();
            default -> value.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        };
    }

    private Object run() {
        for (int opcode = in.opcode(); opcode != '.'; opcode = in.opcode()) {
            step(opcode);
        }
        return pop();
    }

    private void step(int opcode) {
        switch (opcode) {
            case 0x80 -> in.unsigned(1); // PROTO
            case 0x95 -> in.skip(Long.BYTES); // FRAME
            case 'c' -> stack.add(global(in.line(), in.line()));
            case 0x93 -> { // STACK_GLOBAL
                String name = text(pop());
                stack.add(global(text(pop()), name));
            }
            case '(' -> stack.add(MARK);
            case '0' -> pop();
            case '1' -> items();
            case '2' -> {
                Object top = pop();
                stack.add(top);
                stack.add(top);
            }
            case '}', 'd' -> dict(opcode == 'd');
            case ']', ')' -> stack.add(new ArrayList<>());
            case 'l', 't' -> stack.add(items());
            case 0x85, 0x86, 0x87 -> tuple(opcode - 0x84);
            case 'a' -> {
                Object item = pop();
                list().add(item);
            }
            case 'e' -> {
                List<Object> items = items();
                list().addAll(items);
            }
            case 's' -> {
                Object value = pop();
                put(pop(), value);
            }
            case 'u' -> putAll(items());
            case 'p' -> memo.put((int) in.integer(in.line()), top());
            case 'q' -> memo.put(in.unsigned(1), top());
            case 'r' -> memo.put(in.unsigned(4), top());
            case 0x94 -> memo.put(memo.size(), top()); // MEMOIZE
            case 'g' -> remembered((int) in.integer(in.line()));
            case 'h' -> remembered(in.unsigned(1));
            case 'j' -> remembered(in.unsigned(4));
            case 'R', 0x81 -> { // REDUCE, NEWOBJ
                Object arguments = pop();
                stack.add(make(pop(), arguments));
            }
            case 'b' -> build();
            default -> stack.add(in.scalar(opcode));
        }
    }

    private Object top() {
        if (stack.isEmpty() || stack.getLast() == MARK) {
            throw in.broken("a value is missing on its stack");
        }
        return stack.getLast();
    }

    private Object pop() {
        Object top = top();
        stack.removeLast();
        return top;
    }

    /** The values above the last mark, which goes too. */
    private List<Object> items() {
        int mark = stack.lastIndexOf(MARK);
        if (mark < 0) {
            throw in.broken("a mark is missing on its stack");
        }
        List<Object> above = stack.subList(mark, stack.size());
        List<Object> items = new ArrayList<>(above.subList(1, above.size()));
        above.clear();
        return items;
    }

    private void tuple(int count) {
        List<Object> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            items.addFirst(pop());
        }
        stack.add(items);
    }

    private void remembered(int index) {
        if (!memo.containsKey(index)) {
            throw in.broken("it refers to value " + Integer.toUnsignedString(index) + ", which it has not made");
        }
        stack.add(memo.get(index));
    }

    private String text(Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw in.broken("found " + describe(value) + ", expected a text");
    }

    @SuppressWarnings("unchecked")
    private List<Object> list() {
        if (top() instanceof List<?> list) {
            return (List<Object>) list;
        }
        throw in.broken("it adds an item to " + describe(top()));
    }

    private void dict(boolean marked) {
        List<Object> items = marked ? items() : List.of();
        stack.add(new LinkedHashMap<>());
        putAll(items);
    }

    private void putAll(List<Object> items) {
        if (items.size() % 2 != 0) {
            throw in.broken("a key without a value");
        }
        for (int i = 0; i < items.size(); i += 2) {
            put(items.get(i), items.get(i + 1));
        }
    }

    /** Puts a value into the dict on top of the stack. */
    @SuppressWarnings("unchecked")
    private void put(Object key, Object value) {
        if (!(top() instanceof Map<?, ?> map)) {
            throw in.broken("it sets a key of " + describe(top()));
        }
        if (!(key instanceof String || key instanceof Long || key instanceof Boolean || key instanceof Double)) {
            throw in.broken("a key is " + describe(key) + ", expected a text or a number");
        }
        ((Map<Object, Object>) map).put(key, value);
    }

    private Global global(String module, String name) {
        Global global = new Global(module, name);
        if (!DICTS.contains(global.toString()) && !HARMLESS.contains(global.toString())
                && !expected.test(module, name)) {
            throw in.broken("it wants to load " + global
                    + ", which is not done here: only an object of the expected class with plain"
                    + " values is read");
        }
        return global;
    }

    private boolean isExpected(Object type) {
        return type instanceof Global global && expected.test(global.module(), global.name());
    }

    /** What a call of a class makes. */
    private Object make(Object type, Object arguments) {
        if (!(type instanceof Global global) || !(arguments instanceof List<?> given)) {
            throw in.broken("it calls " + describe(type));
        }
        if (DICTS.contains(global.toString())) {
            return pairs(global, given);
        } else if (global.name().equals("_reconstructor") && !given.isEmpty() && isExpected(given.getFirst())) {
            return new Instance(given.getFirst().toString(), new LinkedHashMap<>());
        } else if (isExpected(global) && given.isEmpty()) {
            return new Instance(global.toString(), new LinkedHashMap<>());
        }
        throw in.broken("it calls " + global + " with " + given.size() + " arguments, which is not done here");
    }

    /**
     * A dict; Python 2 gives an OrderedDict its items as a list of pairs, a defaultdict comes with what makes its
     * values.
     */
    private Object pairs(Global type, List<?> arguments) {
        Map<Object, Object> dict = new LinkedHashMap<>();
        List<?> given = type.name().equals("defaultdict") && !arguments.isEmpty()
                ? arguments.subList(1, arguments.size()) : arguments;
        stack.add(dict);
        for (Object argument : given) {
            if (!(argument instanceof List<?> items)) {
                throw in.broken("it makes " + type + " of " + describe(argument));
            }
            for (Object item : items) {
                if (!(item instanceof List<?> pair) || pair.size() != 2) {
                    throw in.broken("it makes " + type + " of something else than pairs");
                }
                put(pair.get(0), pair.get(1));
            }
        }
        stack.removeLast();
        return dict;
    }

    /** Sets the attributes of the object on top of the stack. */
    private void build() {
        Object state = pop();
        if (!(top() instanceof Instance instance) || !(state instanceof Map<?, ?> map)) {
            throw in.broken("it sets the state of " + describe(top()) + " to " + describe(state));
        }
        map.forEach((key, value) -> instance.attributes().put(text(key), value));
    }
}
