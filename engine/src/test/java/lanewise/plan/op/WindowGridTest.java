package lanewise.plan.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import lanewise.spec.WindowLayer.Padding;
import lanewise.spec.WindowLayer.Windows;
import org.junit.jupiter.api.Test;

class WindowGridTest {
    private final Random random = new Random(11);

    private List<Integer> numbers(int rank, int most) {
        return IntStream.range(0, rank).mapToObj(i -> 1 + random.nextInt(most)).toList();
    }

    @Test
    void theNextTapInsideIsTheFirstThatSeesAPosition() {
        for (int i = 0; i < 2000; i++) {
            int rank = 1 + i % 3;
            Padding padding = i % 2 == 0 ? Padding.SAME : Padding.VALID;
            Windows windows = new Windows(numbers(rank, 6), numbers(rank, 3), numbers(rank, 2), padding);
            WindowGrid grid = new WindowGrid(windows);
            int[] x = new int[rank + 2];
            x[0] = 1;
            x[rank + 1] = 1;
            for (int axis = 1; axis <= rank; axis++) {
                x[axis] = 1 + random.nextInt(padding == Padding.SAME ? 4 : 12);
            }
            int[] out = new int[rank + 2];
            grid.shape(x, out, 1);
            for (int window = 0; window < grid.positions(out); window++) {
                int expected = grid.taps();
                for (int tap = grid.taps() - 1; tap >= 0; tap--) {
                    expected = grid.source(x, out, window, tap) >= 0 ? tap : expected;
                    assertEquals(expected, grid.nextInside(x, out, window, tap), windows + " from tap " + tap);
                }
            }
        }
    }

    /** Tap by tap, this would take minutes. */
    @Test
    void aWindowThatIsMostlyPaddingIsPassedQuickly() {
        int size = 2_000_000_000;
        WindowGrid grid = new WindowGrid(new Windows(List.of(size), List.of(1), List.of(1), Padding.SAME));
        int[] x = {1, 5, 1};
        for (int window = 0; window < 5; window++) {
            int first = grid.nextInside(x, x, window, 0);
            assertEquals(0, grid.source(x, x, window, first));
            assertEquals(size, grid.nextInside(x, x, window, first + 5));
        }
    }

    /** Of no steps, output padding below the stride would leave a negative size, and -1 is an open one. */
    @Test
    void nothingIsSpreadToNothing() {
        for (int stride = 1; stride < 5; stride++) {
            for (Padding padding : List.of(Padding.SAME, Padding.VALID)) {
                for (int added = 0; added < stride; added++) {
                    Windows windows = new Windows(List.of(2), List.of(stride), List.of(1), padding);
                    int[] out = new int[3];
                    new WindowGrid(windows).withOutputPadding(List.of(added)).spreadShape(new int[] {1, 0, 4}, out, 2);
                    assertTrue(out[1] >= 0, windows + " and output padding " + added + ": " + out[1]);
                }
            }
        }
    }
}
