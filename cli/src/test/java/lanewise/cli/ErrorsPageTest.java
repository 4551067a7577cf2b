package lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import lanewise.Model;
import lanewise.Pool;
import lanewise.Predictor;
import lanewise.Scorer;
import lanewise.Stepper;
import lanewise.Window;
import lanewise.convert.ImportOptions;
import lanewise.convert.Importer;
import lanewise.error.InvalidInputException;
import lanewise.error.LimitExceededException;
import lanewise.error.ModelFileException;
import lanewise.error.UnsupportedModelException;
import lanewise.files.Npy;
import lanewise.options.Limit;
import lanewise.options.Limits;
import lanewise.options.ModelOptions;
import lanewise.spec.DType;
import lanewise.spec.Shape;
import lanewise.spec.TensorData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/errors.md} lists errors as they are said: each is provoked here, and the page is made of that. */
class ErrorsPageTest {
    private static final Path MODELS = Path.of(System.getProperty("models")).toAbsolutePath().normalize();
    private static final Path PAGE = MODELS.resolveSibling("docs/errors.md");
    private static final String BEGIN = "<!-- made by ErrorsPageTest -->\n";
    private static final String END = "<!-- end of what is made -->\n";
    private static final Path SENTIMENT = MODELS.resolve("sentiment");
    private static final Path FORECAST = MODELS.resolve("forecast");
    private static final Path STREAM = MODELS.resolve("stream");
    private static final Path VOICE = MODELS.resolve("voice/model.onnx");
    private static final Path CASES = MODELS.resolve("conformance");

    @TempDir
    private Path folder;

    @Test
    void pageSaysWhatIsSaid() throws IOException {
        ErrorsPage made = new ErrorsPage(folder.toAbsolutePath());
        usage(made);
        inputs(made);
        files(made);
        models(made);
        calls(made);
        streams(made);
        sharing(made);
        String page = Files.readString(PAGE);
        String whole = page.substring(0, page.indexOf(BEGIN) + BEGIN.length()) + made.tables() + "\n"
                + page.substring(page.indexOf(END));
        if (Boolean.getBoolean("errors.write")) {
            Files.writeString(PAGE, whole);
        }
        assertEquals(whole, Files.readString(PAGE),
                "docs/errors.md is out of date; run mvn verify -Derrors.write=true and read what changed");
    }

    private static void usage(ErrorsPage made) {
        made.group("Words of a command")
                .command("no model is named", "", "predict")
                .command("a command is misspelled", "", "predcit", SENTIMENT)
                .command("an option is misspelled", "", "predict", SENTIMENT, "--txt", "great")
                .command("a model is misspelled", "", "explain", MODELS.resolve("sentimnt"))
                .command("a number is none", "", "time", STREAM, "--batch", "many")
                .command("a batch is too small", "", "time", STREAM, "--batch", "0")
                .command("a format of weights is none", "see [weights.md](weights.md)", "explain", SENTIMENT,
                        "--weights", "int8")
                .command("a layer of `--weights` is none", "`inspect` lists the layers", "explain", SENTIMENT,
                        "--weights", "int16,lstn=float32")
                .command("a limit is none", "see [limits.md](limits.md)", "explain", SENTIMENT, "--limits",
                        "memory=4GB")
                .command("a limit's value is none", "", "explain", SENTIMENT, "--limits", "scratch=lots")
                .command("a value for an input is none", "", "explain", VOICE, "--set", "sr=fast")
                .command("a shape is none", "", "explain", VOICE, "--shape", "input=axb")
                .command("`--set` names no input", "`inspect` without `--set` lists the inputs", "explain", VOICE,
                        "--set", "rate=16000", "--shape", "input=?x576")
                .command("`--set` for a model that is not ONNX", "leave it out", "explain", FORECAST, "--set", "x=1")
                .command("a limit without rounding", "", "convert", FORECAST, "$f.gguf", "--limit", "1e-3")
                .command("an output's folder is missing", "make it first", "convert", FORECAST, "$none/f.gguf")
                .command("an output is a folder", "name a file", "convert", FORECAST, "$");
    }

    private void inputs(ErrorsPage made) throws IOException {
        Npy.write(folder.resolve("39.npy"), TensorData.of(DType.INT32, Shape.of(1, 39), new int[39]));
        Npy.write(folder.resolve("flat.npy"), TensorData.of(DType.INT32, Shape.of(40), new int[40]));
        int[] ids = new int[40];
        Arrays.fill(ids, 2_000_000);
        Npy.write(folder.resolve("ids.npy"), TensorData.of(DType.INT32, Shape.of(1, 40), ids));
        float[] floats = new float[40];
        Arrays.fill(floats, 3.7f);
        Npy.write(folder.resolve("floats.npy"), TensorData.of(Shape.of(1, 40), floats));
        Files.writeString(folder.resolve("text.npy"), "1,2,3");
        String ones = "1,".repeat(51);
        made.group("What `predict` reads")
                .command("a text for a model of numbers", "", "predict", FORECAST, "--text", "great")
                .command("an input that the model hasn't", "`inspect` lists the inputs", "predict", SENTIMENT,
                        "--input", "words=$ids.npy")
                .command("an output that the model hasn't", "`inspect` lists the outputs", "predict", SENTIMENT,
                        "--text", "great", "--output", "label=$y.npy")
                .command("`--input` without a name", "", "predict", SENTIMENT, "--input", "$ids.npy")
                .command("an array that is not there", "", "predict", SENTIMENT, "--input", "input_layer=$none.npy")
                .command("a file that is no array", "save it with `numpy.save`", "predict", SENTIMENT, "--input",
                        "input_layer=$text.npy")
                .command("an array of another length", "pad it as in training, see [masks.md](masks.md)", "predict",
                        SENTIMENT, "--input", "input_layer=$39.npy")
                .command("an array without the axis of rows", "`x[numpy.newaxis]` adds it", "predict", SENTIMENT,
                        "--input", "input_layer=$flat.npy")
                .command("an id beyond the vocabulary", "use the tokenizer of the training", "predict", SENTIMENT,
                        "--input", "input_layer=$ids.npy")
                .command("numbers with a fraction for integers", "give ids, or the model that takes numbers",
                        "predict", SENTIMENT, "--input", "input_layer=$floats.npy")
                .command("labels that don't fit", "one for each class", "predict", SENTIMENT, "--text", "great",
                        "--labels", "a,b,c")
                .lines("1,2,3\n", "a row of another length", "", "predict", FORECAST)
                .lines(ones + "x\n", "a row with a word among numbers", "", "predict", FORECAST)
                .lines("[1, 2\n", "a row that is no JSON", "", "predict", FORECAST)
                .lines("", "no row at all", "give rows on standard input, or `--input`", "predict", FORECAST);
    }

    private void files(ErrorsPage made) throws IOException {
        byte[] keras = Files.readAllBytes(FORECAST.resolve("model.keras"));
        Files.write(folder.resolve("cut.keras"), Arrays.copyOf(keras, keras.length / 2));
        Files.write(folder.resolve("empty.keras"), new byte[0]);
        Files.writeString(folder.resolve("notes.keras"), "The model is on the other machine.");
        byte[] h5 = Files.readAllBytes(CASES.resolve("legacy/v2_4_0__lstm_dense/model.h5"));
        Files.write(folder.resolve("cut.h5"), Arrays.copyOf(h5, h5.length / 2));
        Importer.read(FORECAST).write(folder.resolve("good.gguf"));
        byte[] gguf = Files.readAllBytes(folder.resolve("good.gguf"));
        gguf[gguf.length - 200] ^= 1;
        Files.write(folder.resolve("changed.gguf"), gguf);
        Files.write(folder.resolve("cut.gguf"), Arrays.copyOf(gguf, gguf.length - 1000));
        Files.createDirectory(folder.resolve("none"));
        Files.createDirectory(folder.resolve("two"));
        Files.write(folder.resolve("two/a.keras"), keras);
        Files.write(folder.resolve("two/b.keras"), keras);
        Files.createDirectory(folder.resolve("texts"));
        Files.copy(SENTIMENT.resolve("model.keras"), folder.resolve("texts/model.keras"));
        Files.writeString(folder.resolve("texts/lanewise.json"), "{\"text\": {\"maxlen\": 40}}");
        Files.createDirectory(folder.resolve("labels"));
        Files.write(folder.resolve("labels/model.keras"), keras);
        Files.writeString(folder.resolve("labels/lanewise.json"), "{\"lables\": [\"up\", \"down\"]}");
        Files.copy(CASES.resolve("formats/torch__lstm/model.safetensors"), folder.resolve("torch.safetensors"));
        Files.copy(CASES.resolve("architectures/attention_lstm/model.weights.h5"), folder.resolve("m.weights.h5"));
        Files.copy(CASES.resolve("architectures/attention_lstm/model.json"), folder.resolve("alone.json"));
        made.group("Files")
                .command("the file is empty", "copy it again", "explain", "$empty.keras")
                .command("the file is no model", "", "explain", "$notes.keras")
                .command("a `.keras` file was cut", "copy it again, and compare sizes", "explain", "$cut.keras")
                .command("an `.h5` file was cut", "copy it again, and compare sizes", "explain", "$cut.h5")
                .command("a `.gguf` file was cut", "copy it again, and compare sizes", "explain", "$cut.gguf")
                .command("a byte of a `.gguf` file changed", "copy or convert it again", "explain", "$changed.gguf")
                .command("a folder without a model", "", "explain", "$none")
                .command("a folder with two models", "", "explain", "$two")
                .command("texts without a tokenizer", "save `tokenizer.to_json()`, see [text.md](text.md)", "explain",
                        "$texts")
                .command("an unknown key of `lanewise.json`", "", "explain", "$labels")
                .command("weights alone", "put the model's `model.json` beside them, or save the whole model",
                        "explain", "$m.weights.h5")
                .command("a config alone", "", "explain", "$alone.json")
                .command("weights of PyTorch alone", "see [importing.md](importing.md#pytorch-weights)", "explain",
                        "$torch.safetensors");
    }

    private void models(ErrorsPage made) {
        made.group("Models that are refused")
                .command("a layer of your own", "see [custom layers](importing.md#custom-layers)", "predict",
                        CASES.resolve("reject/custom_layer/model.keras"), "--text", "x")
                .command("a Lambda layer", "write it as a layer or with `keras.ops`", "predict",
                        CASES.resolve("reject/lambda/model.keras"), "--text", "x")
                .command("an activation of your own", "", "predict", CASES.resolve("reject/custom_activation"),
                        "--text", "x")
                .command("a subclassed model", "[export](importing.md#a-model-that-cant-be-saved) the live model",
                        "predict", CASES.resolve("reject/subclassed_model"), "--text", "x")
                .command("arrays that don't fit the layers", "save the model again", "predict",
                        CASES.resolve("reject/units_disagree_with_weights"), "--text", "x")
                .command("Keras 3's `model.export`", "save `model.keras` instead", "predict",
                        CASES.resolve("formats/saved_model__keras3_export/saved_model"), "--text", "x")
                .command("a graph model of TensorFlow.js", "convert with `--output_format=tfjs_layers_model`",
                        "predict", CASES.resolve("formats/tfjs__graph_model/tfjs"), "--text", "x")
                .command("an ONNX model that chooses a branch by an input", "", "predict", VOICE, "--text", "x")
                .call("more than the limits allow", "", LimitExceededException.class,
                        () -> Importer.open(SENTIMENT, ImportOptions.DEFAULT.withModel(ModelOptions.DEFAULT
                                .withLimits(Limits.DEFAULT.with(Limit.CALLS, 2)))))
                .command(Main.FAILED, "", "rounding moved an output too far: exit code 1", "", "convert", FORECAST,
                        "$r.gguf", "--weights", "bfloat16", "--limit", "1e-4");
    }

    private void calls(ErrorsPage made) {
        try (Model model = Importer.open(FORECAST);
                Predictor predictor = model.predictor();
                Model texts = Importer.open(SENTIMENT);
                Predictor words = texts.predictor();
                Scorer scorer = model.scorer()) {
            made.group("Calls in Java")
                    .call("an input of another length", "", InvalidInputException.class,
                            () -> predictor.predict(new float[51]))
                    .call("a target that is too small", "", InvalidInputException.class,
                            () -> predictor.predict(new float[52], new float[0]))
                    .call("more rows than the predictor was made for", "`model.predictor(rows, steps)`",
                            InvalidInputException.class, () -> predictor.predict(new float[104], 2, new float[2]))
                    .call("an id beyond the vocabulary", "use the tokenizer of the training",
                            InvalidInputException.class, () -> words.predict(idsOf(7_000)))
                    .call("a text for a model of numbers", "", InvalidInputException.class,
                            () -> predictor.predict("great"))
                    .call("numbers for a model of ids", "", InvalidInputException.class,
                            () -> words.predict(new float[] {0.5f}))
                    .call("a name that the model hasn't", "", InvalidInputException.class,
                            () -> predictor.input("x"))
                    .call("an input that was not set", "", IllegalStateException.class, model.predictor()::run)
                    .call("labels of a model without labels", "name them in [lanewise.json](lanewise-json.md#labels)",
                            InvalidInputException.class, () -> scorer.score(new float[52]).label())
                    .call("a row without an input's name", "", InvalidInputException.class,
                            () -> scorer.scoreRow(Map.of("co2", 1)));
        }
    }

    private static int[] idsOf(int id) {
        int[] ids = new int[40];
        Arrays.fill(ids, id);
        return ids;
    }

    private static void streams(ErrorsPage made) {
        try (Model model = Importer.open(STREAM);
                Stepper stepper = model.stepper();
                Model forecast = Importer.open(FORECAST);
                Model backwards = Importer.open(CASES.resolve("recurrent/lstm__go_backwards/model.keras"))) {
            byte[] state = stepper.state().toBytes();
            byte[] changed = state.clone();
            changed[changed.length - 1] ^= 1;
            made.group("Streams")
                    .call("a model that needs future steps", "see [streams.md](streams.md#what-can-be-stepped)",
                            UnsupportedModelException.class, backwards::stepper)
                    .call("a step of another size", "", InvalidInputException.class,
                            () -> stepper.step(new float[2], new float[1]))
                    .call("the state of another model", "`adoptState`, if only the weights differ",
                            InvalidInputException.class, () -> forecast.readState(state))
                    .call("a state that was changed", "take an older copy, or start the stream anew",
                            InvalidInputException.class, () -> model.readState(changed))
                    .call("bytes that are no state", "", InvalidInputException.class,
                            () -> model.readState("{}".getBytes(StandardCharsets.UTF_8)))
                    .call("a window without steps", "", InvalidInputException.class, () -> forecast.window(0))
                    .call("a window of another length than the model's", "", InvalidInputException.class, () -> {
                        try (Window window = forecast.window(51)) {
                            window.step(new float[1], new float[1]);
                        }
                    });
        }
    }

    private static void sharing(ErrorsPage made) {
        Model model = Importer.open(FORECAST);
        Predictor predictor = model.predictor();
        predictor.predict(new float[52]);
        made.group("Threads, closing and pools")
                .call("a predictor in two threads", "a [pool](services.md), or one predictor a thread",
                        IllegalStateException.class, () -> {
                            FutureTask<float[]> call = new FutureTask<>(() -> predictor.predict(new float[52]));
                            Thread.ofPlatform().name("request-2").start(call);
                            try {
                                call.get();
                            } catch (ExecutionException e) {
                                throw e.getCause();
                            }
                        });
        predictor.close();
        made.call("a closed predictor", "", IllegalStateException.class, () -> predictor.predict(new float[52]));
        model.close();
        made.call("a closed model", "close models last", IllegalStateException.class, model::predictor);
        Pool<Predictor> pool = Pool.ofPredictors(Importer.open(FORECAST), 1);
        try (pool; Model stream = Importer.open(SENTIMENT)) {
            made.call("a swap to a model that takes something else", "make a new pool", InvalidInputException.class,
                    () -> pool.swap(stream));
            made.call("a pool without places", "", InvalidInputException.class,
                    () -> Pool.ofPredictors(stream, 0));
        }
        made.call("a closed pool", "", IllegalStateException.class, () -> pool.borrow(Duration.ZERO));
        made.call("a file that is not there", "", ModelFileException.class,
                () -> Importer.open(Path.of("none", "model.keras")));
    }
}
