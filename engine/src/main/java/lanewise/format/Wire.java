package lanewise.format;

import java.util.ArrayList;
import java.util.List;

/**
 * How a record is written: what it and its components are called in files. {@link WireNames} has all of them.
 *
 * @param type   the record
 * @param name   its name in files
 * @param fields the names of its components in files, in the order of the components
 * @param later  which of them files of an earlier release do not have
 */
record Wire(Class<? extends Record> type, String name, List<String> fields, List<Later> later) {
    /**
     * A field that was added after the first release. A file without it means the value {@code whereAbsent}; the writer
     * leaves it out where it has that value.
     *
     * @param field       the name of the field
     * @param since       the first release of Lanewise that has it
     * @param whereAbsent a string, a number, a truth value, a constant, or an empty list
     * @param required    whether a reader that does not know the field would compute something else, so that it must
     *                    refuse the file
     */
    record Later(String field, String since, Object whereAbsent, boolean required) {
        /** Checks that an empty list, which is left out as well, can't be taken for another value. */
        Later {
            if (whereAbsent instanceof List<?> list && !list.isEmpty()) {
                throw new IllegalArgumentException(
                        field + " is " + list + " where absent; only an empty list can be absent");
            }
        }
    }

    /** The same record with a field marked as a later one. */
    Wire later(String field, String since, Object whereAbsent, boolean required) {
        if (!fields.contains(field)) {
            throw new IllegalArgumentException(name + " has no field " + field + ", only " + fields);
        }
        List<Later> more = new ArrayList<>(later);
        more.add(new Later(field, since, whereAbsent, required));
        return new Wire(type, name, fields, List.copyOf(more));
    }

    /** What makes a field a later one, or null if it has been there from the first release on. */
    Later laterOf(String field) {
        for (Later candidate : later) {
            if (candidate.field().equals(field)) {
                return candidate;
            }
        }
        return null;
    }
}
