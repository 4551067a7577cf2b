package lanewise;

import lanewise.spec.RowAxis;

/**
 * How the values of a tensor lie in the caller's arrays and in the graph, where the rows come first. For an array of
 * sizes (before, rows, behind), with the product of the sizes before the axis of rows and that of those behind it, the
 * graph has (rows, before, behind): the same values in blocks of {@code behind}, in another order.
 */
final class RowOrder {
    private final int rowAxis;
    private int rows;
    private int before;
    private int behind;

    RowOrder(int rowAxis) {
        this.rowAxis = rowAxis;
    }

    int rowAxis() {
        return rowAxis;
    }

    /** Where an axis of the caller's array lies in the graph. */
    int inGraph(int axis) {
        return RowAxis.inGraph(axis, rowAxis);
    }

    /**
     * Takes the sizes of what is copied next.
     *
     * @param dims with the rows first
     */
    void measure(int[] dims) {
        rows = 1;
        before = 1;
        behind = 1;
        // without an axis of rows, the first row stands for all
        for (int i = rowAxis == RowAxis.NONE ? 1 : 0; i < dims.length; i++) {
            if (i == 0 && rowAxis > 0) {
                rows = dims[i];
            } else if (i <= rowAxis) {
                before *= dims[i];
            } else {
                behind *= dims[i];
            }
        }
        if (before == 1 || rows == 1) {
            // the order is the same: one block
            behind *= before * rows;
            before = 1;
            rows = 1;
        }
    }

    /** How many blocks there are. */
    int blocks() {
        return rows * before;
    }

    /** Values of a block. */
    int length() {
        return behind;
    }

    /** Where a block of the graph begins in the caller's array. */
    int outside(int block) {
        return rows == 1 ? block * behind : (block % before * rows + block / before) * behind;
    }

    /** Where a value of the graph is in the caller's array. */
    int valueOutside(int i) {
        return outside(i / behind) + i % behind;
    }

    /** Where a value of the caller's array lies in the graph. */
    int inGraphValue(int i) {
        int block = i / behind;
        return (rows == 1 ? block : block % rows * before + block / rows) * behind + i % behind;
    }
}
