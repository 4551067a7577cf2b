package lanewise.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import lanewise.error.ModelFileException;
import lanewise.spec.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyTest {
    @TempDir
    private Path folder;

    /** A file of some zeros. */
    private Path file(String type, String shape, int bytes) throws IOException {
        byte[] header = ("{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length,
            (byte) (header.length >> 8)},
                10 + header.length + bytes);
        System.arraycopy(header, 0, all, 10, header.length);
        return Files.write(folder.resolve("x.npy"), all);
    }

    @Test
    void shapesOfNumpy() throws IOException {
        assertEquals(Shape.SCALAR, Npy.read(file("<f4", "", 4)).shape());
        assertEquals(Shape.of(3), Npy.read(file("<f4", "3,", 12)).shape());
        assertEquals(Shape.of(2, 3), Npy.read(file("<i8", "2, 3", 48)).shape());
        assertEquals(Shape.of(0, 3), Npy.read(file("<f4", "0, 3", 0)).shape());
    }

    @Test
    void otherShapesAreRefused() throws IOException {
        for (String shape : new String[] {"4 4", ",", "3,,3", " ", "99999999999,", "-1, 2"}) {
            String message = assertThrows(ModelFileException.class, () -> Npy.read(file("<f4", shape, 64)))
                    .getMessage();
            assertTrue(message.contains("x.npy holds no little-endian array in C order"), message);
        }
        String many = "1, ".repeat(20_000) + "2";
        assertThrows(ModelFileException.class, () -> Npy.read(file("<f4", many, 4)));
        String large = "999999999, 999999999, 999999999, 0";
        assertThrows(ModelFileException.class, () -> Npy.read(file("<f4", large, 0)));
        assertThrows(ModelFileException.class, () -> Npy.read(file("<f99999999999", "1,", 4)));
    }
}
