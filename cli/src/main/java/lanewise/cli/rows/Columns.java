package lanewise.cli.rows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import lanewise.error.InvalidInputException;

/** Which columns of a file belong to which input of a model. Immutable. */
final class Columns {
    /** Names by column; empty without a header. */
    private final List<String> header;
    /** Cells of every record, or -1 where records may differ. */
    private final int width;
    /** The columns of each input, in the order of the model; null for one input that takes all that a record has. */
    private final List<int[]> taken;

    /**
     * Deals the columns to the inputs.
     *
     * @param header names by column, or empty
     * @param width  cells of the first record
     * @param chosen names or numbers of columns; empty for all
     * @param model  what takes the rows
     * @throws InvalidInputException if a chosen column is not there, or the inputs can't be told apart
     */
    Columns(List<String> header, int width, List<String> chosen, RowModel model) {
        this.header = List.copyOf(header);
        RowModel.Input first = model.inputs().getFirst();
        if (model.inputs().size() == 1 && chosen.isEmpty() && header.isEmpty() && first.values() < 0) {
            this.width = -1;
            taken = null;
            return;
        }
        this.width = width;
        int[] order = chosen.isEmpty() ? IntStream.range(0, width).toArray() : choose(chosen);
        if (model.takesOneText()) {
            taken = List.of(new int[] {text(order, chosen.isEmpty(), model)});
        } else if (model.inputs().size() == 1) {
            taken = List.of(order);
        } else if (chosen.isEmpty() && this.header.containsAll(model.names())) {
            taken = model.names().stream().map(this::all).toList();
        } else {
            taken = deal(order, model);
        }
    }

    /** Columns of one text input, where the model takes one text a row. */
    private int text(int[] order, boolean free, RowModel model) {
        String input = model.names().getFirst();
        int named = header.contains(input) ? header.indexOf(input)
                : IntStream.range(0, header.size()).filter(i -> header.get(i).equalsIgnoreCase("text")).findFirst()
                        .orElse(-1);
        if (order.length == 1 || free && named >= 0) {
            return order.length == 1 ? order[0] : named;
        }
        throw new InvalidInputException((header.isEmpty() ? order.length + " columns are given"
                : "the columns " + names(order) + " are given")
                + ", expected one text a row: say with --columns which one it is");
    }

    private int[] all(String name) {
        return IntStream.range(0, header.size()).filter(i -> header.get(i).equals(name)).toArray();
    }

    private List<int[]> deal(int[] order, RowModel model) {
        long needed = model.inputs().stream().mapToLong(RowModel.Input::values).sum();
        boolean open = model.inputs().stream().anyMatch(input -> input.values() < 0);
        if (open || needed != order.length) {
            throw new InvalidInputException("the model has the inputs " + model.names()
                    + (open ? ", of which some take any number of values" : ", which take " + needed + " values, found "
                            + order.length + " columns")
                    + ": choose with --columns, name columns as the inputs, or give JSON objects with a list or a text"
                    + " for each input");
        }
        List<int[]> dealt = new ArrayList<>();
        int from = 0;
        for (RowModel.Input input : model.inputs()) {
            dealt.add(Arrays.copyOfRange(order, from, from + (int) input.values()));
            from += (int) input.values();
        }
        return dealt;
    }

    private int[] choose(List<String> chosen) {
        return chosen.stream().map(String::strip).flatMapToInt(this::choose).toArray();
    }

    /** A name, a number from 1, or two numbers with a sign between them. */
    private IntStream choose(String column) {
        int at = header.indexOf(column);
        if (at >= 0) {
            return IntStream.of(at);
        }
        if (column.matches("\\d{1,9}(-\\d{1,9})?")) {
            String[] ends = column.split("-");
            int begin = Integer.parseInt(ends[0]);
            int end = Integer.parseInt(ends[ends.length - 1]);
            if (begin >= 1 && begin <= end && end <= width) {
                return IntStream.rangeClosed(begin - 1, end - 1);
            }
        }
        throw new InvalidInputException("there is no column '" + column + "', expected "
                + (header.isEmpty() ? "" : "one of " + names(IntStream.range(0, width).toArray()) + ", or ")
                + "numbers from 1 to " + width);
    }

    private List<String> names(int[] order) {
        List<String> names = Arrays.stream(order).limit(12).mapToObj(header::get).toList();
        return order.length <= 12 ? names
                : IntStream.range(0, 13).mapToObj(i -> i < 12 ? names.get(i) : "...").toList();
    }

    /** Whether columns are chosen by name, so that there must be a header. */
    static boolean areNames(List<String> chosen) {
        return chosen.stream().anyMatch(column -> !column.strip().matches("\\d{1,9}(-\\d{1,9})?"));
    }

    /**
     * Refuses a record that has not as many cells as the first one.
     *
     * @param cells how many it has
     */
    void check(int cells) {
        if (width >= 0 && cells != width) {
            throw new InvalidInputException("it has " + cells + " columns, expected " + width + ", as many as the "
                    + (header.isEmpty() ? "first row" : "header"));
        }
    }

    /**
     * The columns of each input, in the order of the model.
     *
     * @param cells of the record
     */
    List<int[]> of(int cells) {
        return taken == null ? List.of(IntStream.range(0, cells).toArray()) : taken;
    }

    /** A column for messages. */
    String name(int column) {
        return "column " + (column + 1) + (column < header.size() ? " ('" + header.get(column) + "')" : "");
    }
}
