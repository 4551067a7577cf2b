package lanewise.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lanewise.error.InvalidInputException;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Checks the columns of a dataset against a model, before a job runs. */
final class Columns {
    private Columns() {}

    /** The columns of the scored rows: those of the rows, then those of the scorer. */
    static StructType outputs(StructType rows, Settings settings) {
        List<String> there = Arrays.asList(rows.fieldNames());
        settings.columns().forEach((input, column) -> {
            need(there, column, "input '" + input + "' reads");
            DataType type = rows.apply(column).dataType();
            if (settings.takesText() ? !(type instanceof StringType) : !isReadable(type)) {
                throw new InvalidInputException("column '" + column + "' has the type " + type.sql() + ", but input '"
                        + input + "' takes " + (settings.takesText() ? "texts"
                                : "numbers, texts or arrays of these"));
            }
        });
        if (settings.rowName() != null) {
            need(there, settings.rowName(), "rowName reads");
        }
        List<StructField> added = new ArrayList<>();
        boolean nullable = settings.badRows() == Settings.BadRows.MARK;
        List<String> columns = settings.scoreColumns();
        List<Boolean> texts = List.copyOf(settings.outputs().values());
        for (int i = 0; i < columns.size(); i++) {
            added.add(DataTypes.createStructField(columns.get(i), DataTypes.createArrayType(
                    texts.get(i) ? DataTypes.StringType : DataTypes.FloatType, false), nullable));
        }
        if (settings.label() != null) {
            added.add(DataTypes.createStructField(settings.label(), DataTypes.StringType, nullable));
        }
        if (nullable) {
            added.add(DataTypes.createStructField(settings.reason(), DataTypes.StringType, true));
        }
        List<StructField> all = new ArrayList<>(Arrays.asList(rows.fields()));
        for (StructField field : added) {
            if (all.stream().anyMatch(other -> other.name().equalsIgnoreCase(field.name()))) {
                throw new InvalidInputException("the dataset or the scorer has the column '" + field.name()
                        + "' already; choose another name for the new one, columns are " + there);
            }
            all.add(field);
        }
        return DataTypes.createStructType(all);
    }

    private static void need(List<String> there, String column, String reader) {
        if (!there.contains(column)) {
            throw new InvalidInputException(reader + " column '" + column + "', but the dataset has only " + there);
        }
    }

    private static boolean isReadable(DataType type) {
        return type instanceof NumericType || type instanceof StringType || type.equals(DataTypes.BooleanType)
                || type instanceof ArrayType array && isReadable(array.elementType());
    }
}
