package lanewise.kafka;

/**
 * A record of the control topic.
 *
 * @param position  topic, partition and offset: {@code control-0@12}
 * @param asked     its value without blanks around, fit to be printed where it is no fingerprint; empty for null
 */
record Control(String position, String asked) {
    /** How many characters of anything else than a fingerprint are kept. */
    private static final int SHOWN = 60;

    /** Reads {@link #toString}. */
    static Control of(String kept) {
        int blank = kept.indexOf(' ');
        return new Control(kept.substring(0, blank), kept.substring(blank + 1));
    }

    static Control of(String topic, int partition, long offset, String value) {
        String asked = value == null ? "" : value.strip().replaceAll("\\p{Cntrl}", "?");
        return new Control(topic + "-" + partition + "@" + offset,
                asked.length() <= SHOWN ? asked : asked.substring(0, SHOWN) + "...");
    }

    /** Why no model can be opened for it; empty if one can be tried. */
    String problem() {
        if (!position.contains("-0@")) {
            return "the control topic has several partitions, expected one: records of several have no order";
        }
        return asked.matches("[0-9a-f]{16}") ? "" : "it is no fingerprint, expected 16 hex digits in lower case";
    }

    @Override
    public String toString() {
        return position + " " + asked;
    }
}
