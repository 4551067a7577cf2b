package lanewise.spark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Spark in this JVM. */
final class LocalSpark {
    private LocalSpark() {}

    static SparkSession start(int cores, Path folder) {
        return configure("local[" + cores + "]", folder).getOrCreate();
    }

    static SparkSession.Builder configure(String master, Path folder) {
        return SparkSession.builder().appName("lanewise").master(master)
                .config("spark.ui.enabled", false).config("spark.sql.shuffle.partitions", 2)
                .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
                .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
                .config("spark.local.dir", folder.resolve("spark").toString());
    }

    /** Rows of an id and a value. */
    static List<Row> rows(Object... values) {
        List<Row> rows = new ArrayList<>();
        for (Object value : values) {
            rows.add(RowFactory.create((long) rows.size(), value));
        }
        return rows;
    }

    static StructType schema(String column, DataType type) {
        return new StructType().add("id", DataTypes.LongType, false).add(column, type, true);
    }
}
