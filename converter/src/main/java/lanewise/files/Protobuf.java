package lanewise.files;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.file.Path;
import lanewise.error.ModelFileException;
import lanewise.format.PlainFile;

/** Reads messages of Protocol Buffers. */
public final class Protobuf {
    private Protobuf() {}

    /**
     * Reads a file that holds one message.
     *
     * @param path   the file
     * @param what   what it should be, for messages
     * @param parser of the message
     * @param <T>    the message
     * @return the message, whose bytes may be views of the file's
     * @throws ModelFileException if it can't be read, or is no such message
     */
    public static <T> T read(Path path, String what, Parser<T> parser) {
        // nobody else has the bytes, so arrays may be views of them
        CodedInputStream in = UnsafeByteOperations.unsafeWrap(PlainFile.bytes(path)).newCodedInput();
        in.enableAliasing(true);
        try {
            T message = parser.parseFrom(in);
            in.checkLastTagWas(0);
            return message;
        } catch (InvalidProtocolBufferException e) {
            throw new ModelFileException(
                    path + " is not a readable " + what + "; it is truncated or damaged (" + e.getMessage() + ")", e);
        }
    }
}
