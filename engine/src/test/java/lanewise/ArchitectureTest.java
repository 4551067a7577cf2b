package lanewise;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the structure that docs/architecture.md describes: what may depend on what, and how large things may be. */
class ArchitectureTest {
    private static final Path MAIN = Path.of("src", "main", "java");
    private static final JavaClasses ENGINE = new ClassFileImporter().importPath(Path.of("target", "classes"));
    private static final int MOST_FILES = 40;
    private static final int MOST_LINES = 400;
    private static final int MOST_COLUMNS = 120;

    /** The packages from the bottom up. A package may use those before it, and no other of the engine. */
    private static final List<String> BOTTOM_UP = List.of("lanewise.error", "lanewise.text", "lanewise.spec",
            "lanewise.options", "lanewise.kernel", "lanewise.plan.op", "lanewise.plan.op.shape",
            "lanewise.plan.op.axis", "lanewise.plan.op.text", "lanewise.plan.op.window", "lanewise.plan.op.recurrent",
            "lanewise.plan",
            "lanewise.plan.stream", "lanewise.fold", "lanewise.format", "lanewise.watch", "lanewise", "lanewise.tasks");

    @Test
    void packagesDependDownwardsOnly() {
        List<String> found = ENGINE.stream().map(JavaClass::getPackageName).filter(p -> !p.isEmpty()).distinct()
                .sorted().toList();
        assertEquals(BOTTOM_UP.stream().sorted().toList(), found, "each package has its place in the order");
        for (int i = 0; i < BOTTOM_UP.size(); i++) {
            String[] above = BOTTOM_UP.subList(i + 1, BOTTOM_UP.size()).toArray(String[]::new);
            if (above.length > 0) {
                noClasses().that().resideInAPackage(BOTTOM_UP.get(i)).should().dependOnClassesThat()
                        .resideInAnyPackage(above).check(ENGINE);
            }
        }
    }

    /** The engine has no dependencies. */
    @Test
    void nothingButTheJdkIsUsed() {
        noClasses().should().dependOnClassesThat()
                .resideOutsideOfPackages("lanewise..", "java..", "jdk..", "com.sun.management..", "").check(ENGINE);
    }

    @Test
    void noPackageNeedsOneThatNeedsIt() {
        slices().matching("(lanewise..)").should().beFreeOfCycles().check(ENGINE);
    }

    /** A model does not know who uses it, nor a tensor its predictor. */
    @Test
    void theClassesOfThePublicApiKnowEachOtherOneWayOnly() {
        slices().assignedFrom(new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass c) {
                return c.getPackageName().equals("lanewise") ? SliceIdentifier.of(topLevel(c)) : SliceIdentifier
                        .ignore();
            }

            @Override
            public String getDescription() {
                return "the classes of the root package";
            }
        }).should().beFreeOfCycles().check(ENGINE);
    }

    private static String topLevel(JavaClass c) {
        return c.getEnclosingClass().map(ArchitectureTest::topLevel).orElse(c.getSimpleName());
    }

    @Test
    void theVectorApiStaysInTheKernels() {
        noClasses().that().resideOutsideOfPackage("lanewise.kernel").should().dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector..").check(ENGINE);
    }

    /** What is reserved elsewhere nobody counts. */
    @Test
    void memoryIsReservedInOnePlace() {
        for (String arena : List.of("ofShared", "ofConfined")) {
            noClasses().that().doNotHaveFullyQualifiedName("lanewise.kernel.OffHeap").should()
                    .callMethod(Arena.class, arena).check(ENGINE);
        }
    }

    @Test
    void theEngineKnowsNoOtherModule() {
        noClasses().should().dependOnClassesThat()
                .resideInAnyPackage("lanewise.convert..", "lanewise.onnx..", "lanewise.files..", "lanewise.verify..",
                        "lanewise.cli..")
                .check(ENGINE);
    }

    /** All modules. */
    @Test
    void packagesAreSmallAndSayWhatBelongsInThem() throws IOException {
        for (Path module : modules()) {
            Path main = module.resolve(MAIN);
            if (!Files.isDirectory(main)) {
                continue;
            }
            try (Stream<Path> folders = Files.walk(main).filter(Files::isDirectory)) {
                for (Path folder : folders.toList()) {
                    List<Path> files = javaFiles(folder, 1);
                    assertTrue(files.size() <= MOST_FILES, folder + " holds " + files.size() + " files");
                    assertTrue(files.isEmpty() || folder.equals(main)
                            || Files.exists(folder.resolve("package-info.java")), folder + " has no package-info");
                }
            }
        }
    }

    private static List<Path> modules() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of(".."))) {
            return folders.filter(folder -> Files.isDirectory(folder.resolve("src"))).toList();
        }
    }

    /** All modules: what the formatter can't do. */
    @Test
    void filesAreShortAndLinesAreNarrow() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path module : modules()) {
            for (Path file : javaFiles(module.resolve("src"), Integer.MAX_VALUE)) {
                List<String> lines = Files.readAllLines(file);
                if (lines.size() > MOST_LINES) {
                    broken.add(file + " has " + lines.size() + " lines");
                }
                for (int i = 0; i < lines.size(); i++) {
                    if (lines.get(i).length() > MOST_COLUMNS) {
                        broken.add(file + ":" + (i + 1) + " has " + lines.get(i).length() + " columns");
                    }
                }
            }
        }
        assertEquals(List.of(), broken);
    }

    private static List<Path> javaFiles(Path folder, int depth) throws IOException {
        try (Stream<Path> files = Files.walk(folder, depth)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}
