package lanewise.cli;

import static lanewise.cli.Launched.shell;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The command line from a shell: what becomes of its output, and where its messages point. */
@EnabledOnOs(OS.LINUX)
class LaunchTest {
    @TempDir
    private Path folder;

    @Test
    void aFullDeviceIsSaid() {
        for (String command : List.of("inspect $MODELS/forecast", "predict --help",
                "verify $MODELS/forecast", "convert $MODELS/forecast out.gguf", "--version", "generate-completion",
                "predict $MODELS/sentiment --text great")) {
            Launched ran = shell(folder, "[ -e /dev/full ] || exit 2; lanewise " + command + " > /dev/full");
            assertEquals(Main.BAD, ran.code(), command);
            assertTrue(ran.err().isEmpty() || ran.err().startsWith("lanewise: standard output can't be written"),
                    ran.err());
            assertTrue(ran.err().lines().count() <= 1, ran.err());
        }
    }

    /** More lines than anybody could score before the test gives up. */
    @Test
    void aClosedPipeEndsTheRunQuietly() {
        Launched ran = shell(folder,
                "yes great | lanewise predict $MODELS/sentiment | head -1; echo ${PIPESTATUS[1]}");
        assertTrue(ran.out().startsWith("positive ") && ran.out().endsWith("\n141\n"), ran.out());
        assertEquals("", ran.err());
    }

    @Test
    void textsInPipesAreUtf8() {
        Launched ran = shell(folder, "echo 'très bien' | LC_ALL=C lanewise predict $MODELS/sentiment --json");
        assertTrue(ran.out().contains("\"text\":\"très bien\""), ran.out() + ran.err());
    }

    @Test
    void completionIsAScript() {
        Launched ran = shell(folder,
                "lanewise generate-completion > c.sh && bash -n c.sh && grep -c -e '--samples' c.sh");
        assertEquals(0, ran.code(), ran.err());
    }

    @Test
    void filesAreWrittenWhereTheyLead() {
        assertTrue(shell(folder, """
                set -e
                lanewise convert $MODELS/forecast plain.gguf > said.txt
                mkdir other && ln -s other/target.gguf link.gguf && ln -s link.gguf second.gguf
                lanewise convert $MODELS/forecast second.gguf
                test -L second.gguf && test -L link.gguf && cmp plain.gguf other/target.gguf
                chmod 600 other/target.gguf && lanewise convert $MODELS/forecast link.gguf
                test -L link.gguf && test "$(stat -c %a other/target.gguf)" = 600
                mkfifo pipe && (cat pipe > through.gguf) & sleep 0.1
                lanewise convert $MODELS/forecast pipe && wait && test -p pipe && cmp plain.gguf through.gguf
                lanewise convert $MODELS/forecast /dev/stdout 2> said2.txt | cmp plain.gguf -
                lanewise convert $MODELS/forecast /dev/stdout > file.gguf 2> said3.txt
                cmp plain.gguf file.gguf && grep -q layers said3.txt && test -e /dev/stdout
                test "$(ls -A | grep -c part)" = 0
                echo done
                """).out().endsWith("done\n"));
    }

    @Test
    void filesThatCantBeWrittenAreNamed() {
        Launched ran = shell(folder, """
                lanewise convert $MODELS/forecast /dev/full; echo $?
                ln -s loop loop; lanewise convert $MODELS/forecast loop; echo $?
                mkdir some; ln -s some folder; lanewise convert $MODELS/forecast folder; echo $?
                ln -s none/file lost; lanewise convert $MODELS/forecast lost; echo $?
                lanewise convert $MODELS/forecast /dev/stdout | true; echo ${PIPESTATUS[0]}
                """);
        assertEquals("2\n2\n2\n2\n141\n", ran.out());
        assertEquals(4, ran.err().lines().filter(line -> line.contains("can't be written: ")).count(), ran.err());
        assertTrue(ran.err().contains("lost can't be written: there is no folder "), ran.err());
    }

    /** The script itself, with a JDK that only says what it is given. */
    @Test
    void theLauncherOpensWhatIsClosed() {
        Launched ran = shell(folder, """
                mkdir -p root/cli/target/lib root/engine/src/main root/converter/src/main root/cli/src/main jdk/bin
                cp $MODELS/../lanewise root && touch root/pom.xml root/{engine,converter,cli}/pom.xml
                touch root/cli/target/lanewise-cli-1.jar root/cli/target/built
                echo 'JAVA_VERSION="25.0.1"' > jdk/release
                printf '#!/bin/sh\nls -l /proc/self/fd/0 >&2; cat; echo "$@"' > jdk/bin/java && chmod +x jdk/bin/java
                export LANEWISE_JAVA_HOME=$PWD/jdk
                root/lanewise predict < /dev/null > out; grep -c progress=false out
                root/lanewise predict <&- > out; echo $?
                root/lanewise predict </dev/null >&-; echo $?
                """);
        assertEquals("1\n0\n2\n", ran.out(), ran.err());
        assertTrue(ran.err().contains("/dev/null") && ran.err().contains("standard output is closed"), ran.err());
    }
}
