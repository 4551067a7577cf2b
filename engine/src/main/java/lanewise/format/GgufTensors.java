package lanewise.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import lanewise.error.ModelFileException;

/**
 * The tensors of a GGUF file of Lanewise, read into memory of our own and checked: the last one, {@link #CHECKSUMS},
 * holds a CRC-32C of the head, and of each tensor with the padding behind it. So no byte of the file can change
 * unnoticed.
 */
final class GgufTensors {
    /** The name of the last tensor. */
    static final String CHECKSUMS = "checksums";

    private static final int PART_BYTES = 1 << 20;
    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final PlainFile file;
    private final GgufReader head;
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    /**
     * A tensor.
     *
     * @param type GGUF's number of its type
     * @param dims sizes, outermost first
     * @param data its bytes
     */
    record Tensor(int type, int[] dims, MemorySegment data) {}

    /** Where a tensor is read to. */
    @FunctionalInterface
    interface Memory {
        MemorySegment allocate(String tensor, long bytes);
    }

    /**
     * Checks the head of a file and reads its tensors.
     *
     * @param file   the file, open
     * @param head   its head
     * @param memory where the tensors go
     * @throws ModelFileException if a checksum is missing or wrong
     */
    GgufTensors(PlainFile file, GgufReader head, Memory memory) {
        this.file = file;
        this.head = head;
        List<GgufReader.Place> places = head.places();
        int[] expected = checksums(places);
        compare("in front of the tensors", head.checksum(), expected[0]);
        for (int i = 0; i < places.size() - 1; i++) {
            GgufReader.Place place = places.get(i);
            MemorySegment data = memory.allocate(place.name(), place.size());
            compare("of tensor " + place.name(), read(place, data), expected[i + 1]);
            tensors.put(place.name(), new Tensor(place.type(), place.dims(), data));
        }
    }

    /** By name. */
    Map<String, Tensor> tensors() {
        return tensors;
    }

    /** Reads the checksums, once it is clear that every byte of the file belongs to one of them or to the head. */
    private int[] checksums(List<GgufReader.Place> places) {
        GgufReader.Place last = places.isEmpty() ? null : places.getLast();
        if (last == null || !last.name().equals(CHECKSUMS) || last.type() != GgufType.TENSOR_I32
                || last.size() != 4L * places.size()) {
            throw new ModelFileException(file.path() + " has no checksums of its " + Math.max(0, places.size() - 1)
                    + " tensors: Lanewise before 0.2.0 wrote it, or another program, or it is damaged; convert the"
                    + " model again");
        }
        long end = places.getFirst().at();
        for (GgufReader.Place place : places) {
            if (place.at() != end) {
                throw damaged("tensor " + place.name() + " begins at " + place.at() + ", expected " + end);
            }
            end = head.align(end + place.size());
        }
        if (end != file.size()) {
            throw damaged("it has " + file.size() + " bytes, expected " + end);
        }
        byte[] bytes = file.read(last.at(), end - last.at());
        MemorySegment words = MemorySegment.ofArray(bytes);
        for (int i = (int) last.size(); i < bytes.length; i++) {
            if (bytes[i] != 0) {
                throw damaged("byte " + (last.at() + i) + " behind the last tensor is " + bytes[i] + ", expected 0");
            }
        }
        int[] checksums = new int[places.size()];
        MemorySegment.copy(words, WORD, 0, checksums, 0, checksums.length);
        return checksums;
    }

    /** Reads a tensor; the checksum of its bytes and of the padding behind them. */
    private int read(GgufReader.Place place, MemorySegment into) {
        CRC32C crc = new CRC32C();
        for (long done = 0; done < place.size(); done += PART_BYTES) {
            MemorySegment part = into.asSlice(done, Math.min(PART_BYTES, place.size() - done));
            file.read(place.at() + done, part);
            crc.update(part.asByteBuffer());
        }
        long end = place.at() + place.size();
        crc.update(file.read(end, head.align(end) - end));
        return (int) crc.getValue();
    }

    private void compare(String what, int found, int expected) {
        if (found != expected) {
            throw damaged("the checksum " + what + " is " + Integer.toHexString(found) + ", expected "
                    + Integer.toHexString(expected));
        }
    }

    private ModelFileException damaged(String what) {
        return new ModelFileException(file.path() + " is damaged: " + what
                + "; copy it again, or convert the model again");
    }
}
