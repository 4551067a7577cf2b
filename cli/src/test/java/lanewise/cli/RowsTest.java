package lanewise.cli;

import static lanewise.cli.Ran.bad;
import static lanewise.cli.Ran.good;
import static lanewise.cli.Ran.run;
import static lanewise.cli.Ran.withInput;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lanewise.files.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Files of lines at the command line: headers, columns, quotes, bad rows, threads. */
class RowsTest {
    private static final Path MODELS = Path.of(System.getProperty("models"));
    private static final Path SENTIMENT = MODELS.resolve("sentiment");
    /** Takes item (1 integer), history (6 integers) and numbers (4 floats). */
    private static final Path SHOP = MODELS.resolve("conformance/architectures/recommender_shared_embedding");
    /** Takes 52 weeks. */
    private static final Path FORECAST = MODELS.resolve("forecast");
    private static final String SHOP_ROW = "3,1,2,3,4,5,6,0.5,-1,2,0.25";

    @TempDir
    private Path folder;

    private Path file(String name, String... lines) throws IOException {
        return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
    }

    private static List<String> answers(Object... args) {
        return good(args).lines().toList();
    }

    /** A row of the shop as JSON, which has been there before. */
    private static String shop(String row) {
        String[] cells = row.split(",");
        return "{\"item\": " + cells[0] + ", \"history\": [" + String.join(",", List.of(cells).subList(1, 7))
                + "], \"numbers\": [" + String.join(",", List.of(cells).subList(7, 11)) + "]}";
    }

    private static String weeks(long seed) {
        Random random = new Random(seed);
        return IntStream.range(0, 52).mapToObj(i -> String.valueOf(random.nextFloat() * 4 - 2))
                .collect(Collectors.joining(","));
    }

    @Test
    void columnsAreDealtToTheInputsInTheirOrder() throws IOException {
        String other = "7,6,5,4,3,2,1,-0.5,1,0,0.125";
        List<String> expected = withInput(shop(SHOP_ROW) + "\n" + shop(other) + "\n", "predict", SHOP).out().lines()
                .toList();
        assertEquals(2, expected.size());
        assertEquals(expected, answers("predict", SHOP, file("plain.csv", SHOP_ROW, other)));
        assertEquals(expected, answers("predict", SHOP, file("rows.jsonl", shop(SHOP_ROW), shop(other))));
        String names = "item,a,b,c,d,e,f,w,x,y,z";
        assertEquals(expected, answers("predict", SHOP, file("named.csv", names, SHOP_ROW, "", other)));
        assertEquals(expected, withInput(names + "\n" + SHOP_ROW + "\n" + other + "\n", "predict", SHOP).out().lines()
                .toList());
        assertEquals(expected, answers("predict", SHOP, file("semi.csv", names.replace(",", ";"),
                SHOP_ROW.replace(",", "; "), other.replace(",", ";"))));
        assertEquals(expected, answers("predict", SHOP, file("tabs.tsv", SHOP_ROW.replace(",", "\t"),
                other.replace(",", "\t"))));
        assertEquals(expected, answers("predict", SHOP, file("bars", SHOP_ROW.replace(",", "|"),
                other.replace(",", "|")), "--separator", "|"));
        // what spreadsheets write: a mark, line ends of two characters, quotes
        assertEquals(expected, answers("predict", SHOP, file("excel.csv",
                "\ufeff\"" + names.replace(",", "\",\"") + "\"\r",
                "\"" + SHOP_ROW.replace(",", "\",\"") + "\"\r", other + "\r")));
        bad("--columns inputs [item, history, numbers] 11 12", "predict", SHOP, file("wide.csv", SHOP_ROW + ",9"));
    }

    @Test
    void chosenColumns() throws IOException {
        List<String> expected = answers("predict", SHOP, file("plain.csv", SHOP_ROW));
        Path mixed = file("mixed.csv", "who,item,a,b,c,d,e,f,w,x,y,z", "\"Smith, \"\"Jo\"\"\nof Kent\"," + SHOP_ROW);
        assertEquals(expected, answers("predict", SHOP, mixed, "--columns", "item,a,b,c,d,e,f,w,x,y,z"));
        assertEquals(expected, answers("predict", SHOP, mixed, "--columns", "2-8,w,x,11,z"));
        assertEquals(expected, answers("predict", SHOP, file("back.csv", SHOP_ROW + ",x"), "--columns", "1-11"));
        bad("no column 'price' [who, item, numbers 1 12", "predict", SHOP, mixed, "--columns", "price");
        bad("no column '13' 1 to 12", "predict", SHOP, mixed, "--columns", "13");
        bad("line 2 column 1 ('who') 'Smith, number", "predict", SHOP, mixed, "--columns", "who,3-12");
        // keys of JSON objects are columns, too
        Path objects = file("objects.jsonl", "{\"w\": 0.5, \"item\": 3, \"h\": [1], \"x\": -1}");
        bad("line 1 no value 'h'", "predict", SHOP, objects, "--columns", "item,h,h,h,h,h,h,w,x,w,x");
        assertEquals(1, answers("predict", SHOP, objects, "--columns", "item,item,item,item,item,item,item,w,x,w,x")
                .size());
    }

    @Test
    void headersAreRecognisedOrSaid() throws IOException {
        String row = weeks(1);
        List<String> expected = answers("predict", FORECAST, file("plain.csv", row));
        String header = IntStream.range(0, 52).mapToObj(i -> "w" + i).collect(Collectors.joining(","));
        assertEquals(expected, answers("predict", FORECAST, file("head.csv", header, row)));
        // numbers as names
        String years = IntStream.range(0, 52).mapToObj(i -> "" + (1970 + i)).collect(Collectors.joining(","));
        assertEquals(expected, answers("predict", FORECAST, file("years.csv", years, row), "--header"));
        assertEquals(2, answers("predict", FORECAST, file("years.csv", years, row)).size());
        bad("line 1 column 1 'w0' number", "predict", FORECAST, file("head.csv", header, row), "--no-header");
        // a row with one wrong cell is no header
        bad("line 1 column 3 'x'", "predict", FORECAST, file("wrong.csv", row.replaceFirst(",[^,]*,[^,]*,",
                ",1,x,"), row));
        bad("header only --no-header", "predict", FORECAST, file("only.csv", header));
    }

    @Test
    void textsInColumns() throws IOException {
        List<String> expected = answers("predict", SENTIMENT, "--json", "--text", "great phone, works", "--text",
                "said \"awful\"\nand broke");
        String cells = "1,\"great phone, works\",x\n2,\"said \"\"awful\"\"\nand broke\",y";
        for (Object[] args : new Object[][] {{file("named.csv", "id,text,by", cells)},
            {file("input.csv", "id,input_layer,by", cells)},
            {file("other.csv", "id,review,by", cells), "--columns", "review"},
            {file("none.csv", cells), "--columns", "2"},
            {file("one.csv", "\"great phone, works\"", "\"said \"\"awful\"\"\nand broke\"")},
            {file("rows.jsonl", "\"great phone, works\"", "{\"text\": \"said \\\"awful\\\"\\nand broke\", \"id\": 7}")},
            {file("keys.jsonl", "{\"r\": \"great phone, works\"}", "{\"r\": \"said \\\"awful\\\"\\nand broke\"}"),
                "--columns", "r"}}) {
            List<Object> all = new ArrayList<>(List.of("predict", SENTIMENT, "--json"));
            all.addAll(List.of(args));
            assertEquals(expected, answers(all.toArray()), all.toString());
        }
        // lines of plain text are texts, whatever is in them
        assertEquals(List.of(3), List.of(answers("predict", SENTIMENT, file("x.txt", "great, \"so", "", "{good}"))
                .size()));
        bad("[id, review, by] --columns", "predict", SENTIMENT, file("other.csv", "id,review,by", cells), "--header");
        bad("3 columns --columns", "predict", SENTIMENT, file("none.csv", cells));
    }

    @Test
    void theFirstBadRowEndsTheRunBehindTheAnswersBeforeIt() throws IOException {
        List<String> rows = new ArrayList<>(IntStream.range(0, 300).mapToObj(RowsTest::weeks).toList());
        List<String> expected = answers("predict", FORECAST, file("good.csv", rows.toArray(new String[0])));
        rows.set(217, rows.get(217).replaceFirst(",[^,]*,", ",n/a,"));
        Path file = file("rows.csv", rows.toArray(new String[0]));
        for (String threads : List.of("1", "2", "5")) {
            Ran ran = run("predict", FORECAST, file, "--threads", threads);
            assertEquals(Main.BAD, ran.code());
            assertEquals(expected.subList(0, 217), ran.out().lines().toList());
            assertEquals("lanewise: line 218 of " + file + ": column 2: found 'n/a', expected a number", ran.err()
                    .strip());
        }
        Path y = folder.resolve("y.npy");
        assertEquals(Main.BAD, run("predict", FORECAST, file, "--output", "change=" + y).code());
        assertFalse(Files.exists(y));
        try (var left = Files.list(folder)) {
            assertTrue(left.noneMatch(path -> path.toString().endsWith(".part")));
        }
    }

    @Test
    void badRowsAreLeftOutAndListed() throws IOException {
        List<String> rows = new ArrayList<>(IntStream.range(0, 200).mapToObj(RowsTest::weeks).toList());
        List<String> expected = new ArrayList<>(answers("predict", FORECAST, "--json", file("good.csv",
                rows.toArray(new String[0]))));
        IntStream.range(0, 200).forEach(i -> expected.set(i, expected.get(i).replaceFirst("\\{", "{\"line\":" + (i + 1)
                + ",")));
        for (int i = 30; i < 44; i++) {
            rows.set(i, i == 32 ? rows.get(i) + ",1" : i == 33 ? "1,\"2,3" : rows.get(i).replaceFirst("[^,]*", ""));
            expected.set(i, null);
        }
        expected.removeAll(Collections.singleton(null));
        Ran ran = run("predict", FORECAST, "--json", "--skip-bad", file("rows.csv", rows.toArray(new String[0])));
        assertEquals(Main.GOOD, ran.code(), ran.err());
        assertEquals(expected, ran.out().lines().toList());
        List<String> said = ran.err().lines().toList();
        assertEquals(11, said.size(), ran.err());
        assertTrue(said.get(0).startsWith("lanewise: left out: line 31 of ")
                && said.get(0).contains(": column 1: found nothing, expected a number"), said.get(0));
        assertTrue(said.get(2).endsWith("it has 53 columns, expected 52, as many as the first row"), said.get(2));
        assertTrue(said.get(3).contains("line 34 ") && said.get(3).contains("quote"), said.get(3));
        assertEquals("lanewise: 14 of 200 rows were left out, the first 10 are named above", said.get(10));

        Ran none = run("predict", FORECAST, "--skip-bad", file("none.csv", "1,2", "1,x"), "--no-header");
        assertEquals(Main.BAD, none.code());
        assertTrue(none.err().contains("no row of ") && none.err().contains("2 of 2 rows"), none.err());
    }

    /** Rows that the model itself refuses, also where several are scored in one call. */
    @Test
    void rowsThatTheModelRefuses() throws IOException {
        List<String> rows = new ArrayList<>(Collections.nCopies(100, SHOP_ROW));
        rows.set(70, SHOP_ROW.replaceFirst("3", "2000000"));
        rows.set(80, SHOP_ROW.replaceFirst("3", "3.7"));
        Path file = file("rows.csv", rows.toArray(new String[0]));
        bad("line 71 2000000", "predict", SHOP, file, "--threads", "1");
        Ran ran = run("predict", SHOP, file, "--skip-bad");
        assertEquals(98, ran.out().lines().count());
        assertTrue(ran.err().contains("line 81 of ") && ran.err().contains(
                "column 1: input 'item' takes integers, found 3.7"), ran.err());
    }

    @Test
    void bytesThatAreNoTextAreNamed() throws IOException {
        Path latin = folder.resolve("latin.txt");
        Files.write(latin, "good\ntr\u00e8s bien\n".getBytes(StandardCharsets.ISO_8859_1));
        bad("line 2 byte 3 e8 UTF-8 iconv", "predict", SENTIMENT, latin);
        assertEquals(1, run("predict", SENTIMENT, latin, "--skip-bad").out().lines().count());
        Path wide = folder.resolve("wide.txt");
        Files.write(wide, "\ufeffgood\n".getBytes(StandardCharsets.UTF_16LE));
        bad("UTF-16 iconv", "predict", SENTIMENT, wide);
    }

    @Test
    void answersKeepTheirOrderInAnyNumberOfThreads() throws IOException {
        String[] rows = IntStream.range(0, 3000).mapToObj(RowsTest::weeks).toArray(String[]::new);
        Path file = file("rows.csv", rows);
        String one = good("predict", FORECAST, file, "--threads", "1");
        assertEquals(3000, one.lines().distinct().count());
        assertEquals(one, good("predict", FORECAST, file, "--threads", "7"));
        assertEquals(one, good("predict", FORECAST, file));
        bad("--threads 1", "predict", FORECAST, file, "--threads", "0");
    }

    /** Each call continues the one before it, so that one thread scores the rows in turn. */
    @Test
    void statefulModelsScoreRowsInTurn() throws IOException {
        Path model = MODELS.resolve("conformance/recurrent/gru__stateful/model.keras");
        JsonNode input = Json.parse("inspect", good("inspect", model, "--json")).get("inputs").get(0);
        int values = Math.max(1, input.get("shape").get(1).intValue()) * input.get("shape").get(2).intValue();
        String row = IntStream.range(0, values).mapToObj(i -> "0." + i).collect(Collectors.joining(","));
        List<String> one = answers("predict", model, file("rows.csv", Collections.nCopies(40, row)
                .toArray(new String[0])), "--threads", "1");
        assertEquals(one, answers("predict", model, folder.resolve("rows.csv"), "--threads", "4"));
        assertFalse(one.get(0).equals(one.get(1)), "the second call starts where the first one ended");
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() throws IOException {
        Path file = file("rows.csv", SHOP_ROW);
        bad("rows.csv --text one", "predict", SHOP, file, "--text", "x");
        bad("rows.csv --input one", "predict", SHOP, file, "--input", "item=x.npy");
        bad("no file row.csv mean rows.csv?".replace("row.csv", folder.resolve("row.csv").toString()), "predict", SHOP,
                folder.resolve("row.csv"));
        bad("great phone --text", "predict", SENTIMENT, "great phone");
        bad("--columns lines", "predict", SENTIMENT, "--columns", "a", "--text", "great");
        bad("--separator ab one", "predict", SHOP, file, "--separator", "ab");
        bad("folder", "predict", SHOP, folder);
        bad("not one text", "predict", SHOP, file, "--format", "text");
        bad("nothing to score rows", "predict", SHOP, Files.createFile(folder.resolve("empty.csv")));
        assertEquals(answers("predict", SHOP, file), withInput(SHOP_ROW + "\n", "predict", SHOP, "-").out().lines()
                .toList());
    }
}
