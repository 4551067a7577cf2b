package lanewise.files;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import lanewise.error.ModelFileException;

/** The bytes of a pickle: opcodes, and the numbers and texts behind them. */
final class PickleInput {
    private final String where;
    private final ByteBuffer in;

    PickleInput(String where, byte[] bytes) {
        this.where = where;
        this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    ModelFileException broken(String what) {
        return new ModelFileException(where + ": at byte " + in.position() + " of the pickle: " + what);
    }

    int opcode() {
        if (!in.hasRemaining()) {
            throw broken("it ends too early");
        }
        return in.get() & 0xff;
    }

    /** Skips bytes. */
    void skip(int count) {
        need(count);
    }

    /** The number, text, truth value or None that an opcode stands for. */
    Object scalar(int opcode) {
        return switch (opcode) {
            case 'N' -> null;
            case 0x88 -> true;
            case 0x89 -> false;
            case 'I' -> {
                String digits = line();
                yield digits.equals("01") ? (Object) true
                        : digits.equals("00") ? (Object) false : (Object) integer(digits);
            }
            case 'L' -> integer(line().replaceFirst("L$", ""));
            case 'J' -> (long) need(4).getInt();
            case 'K' -> (long) unsigned(1);
            case 'M' -> (long) unsigned(2);
            case 0x8a -> big(unsigned(1)); // LONG1
            case 'F' -> decimal(line());
            case 'G' -> need(8).order(ByteOrder.BIG_ENDIAN).getDouble();
            case 'V' -> unescape(line());
            case 'S' -> quoted(line());
            // texts, and strings of Python 2
            case 'U', 0x8c, 'T', 'X' -> decode(need(unsigned(opcode == 'U' || opcode == 0x8c ? 1 : 4)));
            case 0x8d -> { // BINUNICODE8
                long count = need(8).getLong();
                yield decode(need(Math.clamp(count, -1, Integer.MAX_VALUE)));
            }
            default -> throw broken(String.format("opcode 0x%02x is not read here", opcode));
        };
    }

    private ByteBuffer need(int count) {
        if (count < 0 || count > in.remaining()) {
            throw broken(
                    "a value of " + Integer.toUnsignedString(count) + " bytes, but " + in.remaining() + " are left");
        }
        ByteBuffer part = in.slice(in.position(), count).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + count);
        return part;
    }

    /** A number of 1, 2 or 4 bytes. */
    int unsigned(int bytes) {
        ByteBuffer part = need(bytes);
        return bytes == 1 ? part.get() & 0xff : bytes == 2 ? part.getShort() & 0xffff : part.getInt();
    }

    private String decode(ByteBuffer utf8) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException e) {
            throw broken("a text is not UTF-8");
        }
    }

    /** The text up to the next end of line. */
    String line() {
        int start = in.position();
        while (in.hasRemaining()) {
            if (in.get() == '\n') {
                return new String(in.array(), start, in.position() - 1 - start, StandardCharsets.ISO_8859_1);
            }
        }
        throw broken("it ends too early");
    }

    /** The number that digits stand for. */
    long integer(String digits) {
        try {
            return Long.parseLong(digits.strip());
        } catch (NumberFormatException e) {
            throw broken("'" + digits + "' is not a 64-bit integer");
        }
    }

    private double decimal(String digits) {
        try {
            return Double.parseDouble(digits.strip());
        } catch (NumberFormatException e) {
            throw broken("'" + digits + "' is not a number");
        }
    }

    private long big(int count) {
        ByteBuffer part = need(count);
        if (count > Long.BYTES) {
            throw broken("an integer of " + count + " bytes, supported are up to 8");
        }
        long value = count > 0 && part.get(count - 1) < 0 ? -1 : 0;
        for (int i = count - 1; i >= 0; i--) {
            value = value << Byte.SIZE | part.get(i) & 0xff;
        }
        return value;
    }

    /** Text of protocol 0: Latin-1 with \\uXXXX and \\UXXXXXXXX (Python's raw-unicode-escape). */
    private String unescape(String escaped) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < escaped.length(); i++) {
            char next = i + 1 < escaped.length() ? escaped.charAt(i + 1) : 0;
            int digits = escaped.charAt(i) != '\\' ? 0 : next == 'u' ? 4 : next == 'U' ? 8 : 0;
            if (digits == 0) {
                text.append(escaped.charAt(i));
                continue;
            }
            try {
                text.appendCodePoint(
                        Integer.parseInt(escaped.substring(i + 2, Math.min(escaped.length(), i + 2 + digits)), 16));
            } catch (IllegalArgumentException e) {
                throw broken("'" + escaped + "' is not a valid escape sequence");
            }
            i += 1 + digits;
        }
        return text.toString();
    }

    /** A byte string of protocol 0, written as in Python's source. */
    private String quoted(String literal) {
        int last = literal.length() - 1;
        if (last < 1 || literal.charAt(0) != literal.charAt(last) || "'\"".indexOf(literal.charAt(0)) < 0) {
            throw broken(literal + " is not a quoted string");
        }
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < last; i++) {
            char c = literal.charAt(i);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            int known = "\\'\"ntr".indexOf(literal.charAt(++i));
            if (known >= 0) {
                text.append("\\'\"\n\t\r".charAt(known));
            } else if (literal.charAt(i) == 'x' && i + 2 < last) {
                text.append((char) hexByte(literal.substring(i + 1, i + 3)));
                i += 2;
            } else {
                throw broken(literal + " has an escape that is unknown");
            }
        }
        return decode(ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.ISO_8859_1)));
    }

    private int hexByte(String digits) {
        try {
            return Integer.parseInt(digits, 16);
        } catch (NumberFormatException e) {
            throw broken("'\\x" + digits + "' is not a valid escaped byte");
        }
    }
}
