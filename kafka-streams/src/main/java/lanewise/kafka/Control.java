package lanewise.kafka;

/**
 * A record of the control topic.
 *
 * @param position  topic, partition and offset: {@code control-0@12}
 * @param asked     its value without blanks around; empty for null
 */
record Control(String position, String asked) {
    /** Reads {@link #toString}. */
    static Control of(String kept) {
        int blank = kept.indexOf(' ');
        return new Control(kept.substring(0, blank), kept.substring(blank + 1));
    }

    static Control of(String topic, int partition, long offset, String value) {
        return new Control(topic + "-" + partition + "@" + offset, value == null ? "" : value.strip());
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
