package lanewise.verify;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import lanewise.Model;
import lanewise.Verification;
import lanewise.convert.ImportOptions;
import lanewise.convert.Imported;
import lanewise.error.LanewiseException;
import lanewise.error.ModelFileException;
import lanewise.error.Shortened;
import lanewise.spec.Examples;
import tools.jackson.core.JacksonException;

/**
 * The result of one check.
 *
 * @param outcome  how it ended
 * @param name     of the case or model
 * @param maxError largest absolute difference of an output value from what was expected
 * @param rounding of a model with narrow weights, what was found of them, else null
 * @param why      the reason if it did not pass, else null
 */
public record CaseResult(Outcome outcome, String name, double maxError, Verification.Rounding rounding, String why) {
    /** Shows no list or text of the reason whole that is long. */
    public CaseResult {
        why = why == null ? null
                : why.lines()
                        .map(line -> line.startsWith("  ") ? "  " + Shortened.of(line.strip()) : Shortened.of(line))
                        .collect(Collectors.joining("\n"));
    }

    /**
     * A result without narrow weights.
     *
     * @param outcome  how it ended
     * @param name     of the case or model
     * @param maxError largest absolute difference of an output value from what was expected
     * @param why      the reason if it did not pass, else null
     */
    public CaseResult(Outcome outcome, String name, double maxError, String why) {
        this(outcome, name, maxError, null, why);
    }

    /** How a case ends. */
    public enum Outcome {
        /** Everything was as expected. */
        PASS,
        /** Something was not. */
        FAIL,
        /** A model can't be run, with reasons. */
        REJECT
    }

    /**
     * The result of replaying a model's examples.
     *
     * @param name         of the model
     * @param verification what the replay found
     * @return passed or failed
     */
    public static CaseResult of(String name, Verification verification) {
        return new CaseResult(verification.passed() ? Outcome.PASS : Outcome.FAIL, name, verification.maxError(),
                verification.rounding().orElse(null),
                verification.failure().map(Verification.Failure::message).orElse(null));
    }

    /**
     * Checks a case. Errors of its files become results.
     *
     * @param folder  the case
     * @param options how its models are imported and run
     * @param limit   what rounding may move outputs by; if empty, what a file with narrow weights says
     * @return the result; rejected, with the reason, if the description is damaged or a file is missing
     */
    public static CaseResult of(Path folder, ImportOptions options, OptionalDouble limit) {
        try {
            return of(CaseFolder.read(folder), options, limit);
        } catch (LanewiseException e) {
            return new CaseResult(Outcome.REJECT, folder.toString(), 0, e.getMessage());
        }
    }

    /**
     * Checks a case. Errors of its files become results.
     *
     * @param folder  the case
     * @param options how its models are imported and run
     * @return the result; the largest error is that of the worst model file
     */
    public static CaseResult of(CaseFolder folder, ImportOptions options) {
        return of(folder, options, OptionalDouble.empty());
    }

    private static CaseResult of(CaseFolder folder, ImportOptions options, OptionalDouble limit) {
        try {
            return switch (folder.kind()) {
                case "predict" -> predict(folder, options, limit);
                case "reject" -> reject(folder, options);
                case "tokenizer" -> TokenizerCase.check(folder);
                case "padding" -> TokenizerCase.checkPadding(folder);
                default -> new CaseResult(Outcome.REJECT, folder.name(), 0,
                        "a case of kind " + folder.kind() + " is not known here");
            };
        } catch (LanewiseException e) {
            return new CaseResult(Outcome.FAIL, folder.name(), 0, e.getMessage());
        } catch (JacksonException e) {
            return new CaseResult(Outcome.REJECT, folder.name(), 0,
                    "its files hold a value of another type than expected: " + e.getOriginalMessage());
        }
    }

    private static CaseResult predict(CaseFolder folder, ImportOptions options, OptionalDouble limit) {
        Examples listed;
        try {
            listed = folder.examples();
        } catch (ModelFileException e) {
            return new CaseResult(Outcome.REJECT, folder.name(), 0, e.getMessage());
        }
        CaseResult worst = null;
        for (Map.Entry<String, CaseFolder.Reader> file : folder.models(options).entrySet()) {
            Model model;
            Examples examples;
            try {
                Imported imported = file.getValue().read();
                examples = imported.with(listed).examples();
                model = imported.toModel(options.model());
            } catch (LanewiseException e) {
                return new CaseResult(Outcome.REJECT, folder.name(), 0, file.getKey() + ": " + e.getMessage());
            }
            try (model) {
                CaseResult result = of(folder.name(), verify(model, examples, limit));
                if (result.outcome == Outcome.FAIL) {
                    return new CaseResult(Outcome.FAIL, folder.name(), result.maxError, result.rounding,
                            file.getKey() + ": " + result.why);
                }
                worst = worst == null || result.maxError > worst.maxError ? result : worst;
            }
        }
        return worst == null ? new CaseResult(Outcome.PASS, folder.name(), 0, null) : worst;
    }

    /**
     * Replays examples.
     *
     * @param model    the model
     * @param examples calls with expected outputs
     * @param limit    what rounding may move outputs by; if empty, what the model's file says
     * @return what was found
     */
    public static Verification verify(Model model, Examples examples, OptionalDouble limit) {
        return limit.isPresent() ? model.verify(examples, limit.getAsDouble()) : model.verify(examples);
    }

    /**
     * Every file must be refused, with a message that names what is wrong. A case that lists no names is one of damaged
     * files, so that a layer which is not supported is no reason to pass.
     */
    private static CaseResult reject(CaseFolder folder, ImportOptions options) {
        for (Map.Entry<String, CaseFolder.Reader> file : folder.models(options).entrySet()) {
            try (Model model = file.getValue().read().toModel(options.model())) {
                return new CaseResult(Outcome.FAIL, folder.name(), 0,
                        file.getKey() + ": was loaded as " + model.spec().name()
                                + ", expected a refusal");
            } catch (LanewiseException e) {
                if (folder.messageNames().isEmpty() && !(e instanceof ModelFileException)) {
                    return new CaseResult(Outcome.FAIL, folder.name(), 0,
                            file.getKey() + ": expected a damaged file, found: " + e.getMessage());
                }
                // the folder's own name is no reason
                String reason = e.getMessage().replace(folder.folder().toString(), "");
                for (String name : folder.messageNames()) {
                    if (!reason.contains(name)) {
                        return new CaseResult(Outcome.FAIL, folder.name(), 0,
                                file.getKey() + ": the refusal does not name " + name + ": " + e.getMessage());
                    }
                }
            }
        }
        return new CaseResult(Outcome.PASS, folder.name(), 0, null);
    }

    /**
     * The result in one line, as {@code lanewise verify} prints it.
     *
     * @return the outcome, the name, and the largest error or the reason
     */
    public String line() {
        return outcome + " " + name + " " + (outcome == Outcome.PASS ? String.valueOf((float) maxError)
                : why.replaceAll("\\s*\\R\\s*", "; "));
    }

    /**
     * The result as the fields of a JSON object.
     *
     * @return the keys outcome, name, max_abs_error and why; of narrow weights also max_kernel_error, the largest
     *         difference from a run in double precision over the same weights, and distance, what limits are compared
     *         with
     */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("outcome", outcome.name());
        map.put("name", name);
        map.put("max_abs_error", maxError);
        if (rounding != null) {
            map.put("max_kernel_error", rounding.kernelError());
            map.put("distance", rounding.distance());
        }
        map.put("why", why);
        return map;
    }
}
