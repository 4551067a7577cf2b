package lanewise.cli.rows;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import lanewise.InputTensor;
import lanewise.Predictor;
import lanewise.error.InvalidInputException;
import lanewise.files.Json;
import lanewise.files.JsonArray;
import lanewise.files.NpyFile;
import lanewise.files.Npz;
import lanewise.files.RowArray;

/** Arrays in files, for the inputs of a model: {@code .npy}, {@code .npz}, {@code .json}. */
public final class InputArrays implements AutoCloseable {
    private final Predictor predictor;
    private final Map<String, RowArray> arrays = new LinkedHashMap<>();
    private Npz npz;

    /**
     * Begins without arrays.
     *
     * @param predictor of the model
     */
    public InputArrays(Predictor predictor) {
        this.predictor = predictor;
    }

    /** Whether a file is one of these by its name. */
    public static boolean isArray(Path file) {
        return endsWith(file, ".npy") || endsWith(file, ".npz") || endsWith(file, ".json");
    }

    private static boolean endsWith(Path file, String ending) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(ending);
    }

    /**
     * Opens the array of one input: {@code .json} for numbers and texts, else {@code .npy}.
     *
     * @param input whose it is
     * @param file  with the array
     * @return the array; the caller closes it
     */
    public static RowArray array(InputTensor input, Path file) {
        if (endsWith(file, ".npz")) {
            throw new InvalidInputException("--input " + input.name() + "=" + file
                    + " may hold several arrays; give it behind the model, or an array in F.npy");
        }
        return endsWith(file, ".json") ? RowArray.of(JsonArray.read(file.toString(), Json.read(file), input.dtype()))
                : NpyFile.open(file);
    }

    /** Takes an array for an input. */
    public void put(String input, RowArray array) {
        arrays.put(input, array);
    }

    /** Opens what a file has for all inputs. */
    public void openAll(Path file) {
        List<InputTensor> inputs = predictor.inputs();
        List<String> wanted = inputs.stream().map(InputTensor::name).toList();
        if (!endsWith(file, ".npz")) {
            if (inputs.size() != 1) {
                throw new InvalidInputException(file + " is one array, but the model has the inputs " + wanted
                        + "; give an array for each with --input NAME=F.npy, or all in one F.npz");
            }
            put(wanted.getFirst(), array(inputs.getFirst(), file));
            return;
        }
        npz = Npz.open(file);
        List<String> names = npz.names();
        boolean named = names.containsAll(wanted);
        // numpy.savez(file, x, y) names arrays by their order
        boolean ordered = !named && names.size() == wanted.size()
                && (names.size() == 1 || names.stream().allMatch(name -> name.startsWith("arr_")));
        if (!named && !ordered) {
            throw new InvalidInputException(file + " has the arrays " + names
                    + ", expected one for each input of the model, "
                    + wanted);
        }
        for (int i = 0; i < inputs.size(); i++) {
            put(wanted.get(i), npz.array(named ? wanted.get(i) : names.size() == 1 ? names.getFirst() : "arr_" + i));
        }
    }

    /** The array of an input. */
    public RowArray get(String input) {
        return arrays.get(input);
    }

    /** Does something with these arrays, and closes them if that fails. */
    public <T> T closeIfRefused(Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        arrays.values().forEach(RowArray::close);
        if (npz != null) {
            npz.close();
        }
    }
}
