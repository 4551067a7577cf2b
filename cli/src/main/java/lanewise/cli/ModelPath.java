package lanewise.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import lanewise.cli.Main.BadInput;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** Reads the path of a model. Where there is none, {@link #check} names the one beside it that may have been meant. */
final class ModelPath implements ITypeConverter<Path> {
    /** Made by picocli. */
    ModelPath() {}

    @Override
    public Path convert(String given) {
        try {
            return Path.of(given);
        } catch (InvalidPathException e) {
            throw new TypeConversionException("'" + given + "' is no path: " + e.getReason());
        }
    }

    /**
     * Refuses a command whose models are not there, unless it only asks for help.
     *
     * @param parsed all commands
     */
    static void check(ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        if (last.isUsageHelpRequested() || last.isVersionHelpRequested()) {
            return;
        }
        for (PositionalParamSpec parameter : last.matchedPositionals()) {
            if (Arrays.stream(parameter.converters()).anyMatch(ModelPath.class::isInstance)) {
                Object value = parameter.getValue();
                (value instanceof Collection<?> several ? several : List.of(value)).forEach(path -> check((Path) path));
            }
        }
    }

    /** Refuses a path that is not there. */
    static void check(Path path) {
        if (Files.notExists(path)) {
            throw new BadInput("there is no file or folder " + path + hint(path));
        }
    }

    private static String hint(Path path) {
        Path name = path.getFileName();
        Path folder = path.getParent();
        if (name == null) {
            return "";
        }
        if (folder != null && Files.notExists(folder)) {
            return "; there is no folder " + folder;
        }
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> beside = Files.newDirectoryStream(folder == null ? Path.of("") : folder)) {
            beside.forEach(one -> names.add(one.getFileName().toString()));
        } catch (IOException e) {
            return "";
        }
        return Nearest.of(name.toString(), names)
                .map(near -> "; did you mean " + (folder == null ? near : folder.resolve(near)) + "?").orElse("");
    }
}
