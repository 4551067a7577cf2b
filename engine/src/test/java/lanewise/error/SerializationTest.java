package lanewise.error;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Exceptions travel between JVMs, in a cluster for example, with all that they say. */
class SerializationTest {
    private static LanewiseException copy(LanewiseException e) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(e);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (LanewiseException) in.readObject();
        }
    }

    @Test
    void exceptionsKeepWhatTheySay() throws Exception {
        List<String> problems = List.of("layer 'a': one", "layer 'b': two");
        UnsupportedModelException refused = (UnsupportedModelException) copy(new UnsupportedModelException(problems));
        assertEquals(problems, refused.problems());
        assertEquals(new UnsupportedModelException(problems).getMessage(), refused.getMessage());
        assertEquals("bad", copy(new InvalidInputException("bad")).getMessage());
        LanewiseException file = copy(new ModelFileException("cut", new IOException("short")));
        assertEquals("short", file.getCause().getMessage());
    }
}
