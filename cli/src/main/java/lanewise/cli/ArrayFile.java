package lanewise.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import lanewise.OutputTensor;
import lanewise.cli.Main.BadInput;
import lanewise.files.Json;
import lanewise.files.JsonArray;
import lanewise.files.Npy;
import lanewise.format.WholeFile;
import lanewise.spec.DType;
import lanewise.spec.TensorData;

/** An array in a file: {@code .json} for numbers and texts, else {@code .npy} for numbers. */
final class ArrayFile {
    private ArrayFile() {}

    /**
     * Reads an array.
     *
     * @param file  the file
     * @param wants the type of the input that takes it
     */
    static TensorData read(Path file, DType wants) {
        return isJson(file) ? JsonArray.read(file.toString(), Json.read(file), wants) : Npy.read(file);
    }

    /** Refuses a file that can't hold an output, before anything is computed. */
    static void check(Path file, OutputTensor output) {
        if (output.dtype() == DType.STRING && !isJson(file)) {
            throw new BadInput("output '" + output.name() + "' holds texts, which no .npy file can; give --output "
                    + output.name() + "=F.json");
        }
    }

    /** Writes what an output holds, in its own type. */
    static void write(Path file, OutputTensor output) {
        if (isJson(file)) {
            byte[] text = Json.write(JsonArray.object(output.toArray())).getBytes(StandardCharsets.UTF_8);
            WholeFile.write(file, stream -> stream.write(text));
        } else {
            Npy.write(file, output.toArray());
        }
    }

    private static boolean isJson(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".json");
    }
}
