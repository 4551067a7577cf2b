package lanewise.cli.rows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Scores blocks of rows in several threads and hands the results on in the order of the rows. One thread reads, some
 * score, the caller takes the results. No more blocks are in memory than a small multiple of the threads: who is ahead
 * waits.
 *
 * @param <T> what becomes of a block
 */
public final class OrderedWork<T> {
    private static final int BLOCKS_A_THREAD = 4;

    private final Rows rows;
    private final Supplier<? extends Worker<T>> workers;
    private final BlockingQueue<Task<T>> waiting;
    private final BlockingQueue<Task<T>> inOrder;
    private final List<Thread> scoring = new ArrayList<>();

    private OrderedWork(Rows rows, int threads, Supplier<? extends Worker<T>> workers) {
        this.rows = rows;
        this.workers = workers;
        int blocks = BLOCKS_A_THREAD * threads;
        inOrder = new ArrayBlockingQueue<>(blocks);
        // as many blocks, one that nobody takes, and the end of each thread
        waiting = new ArrayBlockingQueue<>(blocks + 1 + threads);
    }

    /**
     * What a thread has of its own.
     *
     * @param <T> what becomes of a block
     */
    public interface Worker<T> extends AutoCloseable {
        /** Works on a block. */
        T work(RowBlock block);

        @Override
        void close();
    }

    /** A block and what becomes of it; nothing at the end. */
    private record Task<T>(RowBlock block, CompletableFuture<T> result) {
        static <T> Task<T> end() {
            return new Task<>(null, null);
        }

        boolean isEnd() {
            return result == null;
        }
    }

    /**
     * Works on all rows.
     *
     * @param <T>     what becomes of a block
     * @param rows    to read
     * @param threads that score; 1 for none but the caller's
     * @param workers makes one in each of these threads
     * @param sink    takes the blocks in order with their results, in the caller's thread; what it throws ends all
     * @throws IOException if rows can't be read
     */
    public static <T> void run(Rows rows, int threads, Supplier<? extends Worker<T>> workers,
            BiConsumer<RowBlock, T> sink) throws IOException {
        if (threads > 1) {
            new OrderedWork<T>(rows, threads, workers).run(threads, sink);
            return;
        }
        try (Worker<T> worker = workers.get()) {
            for (RowBlock block = rows.next(); block != null; block = rows.next()) {
                sink.accept(block, worker.work(block));
            }
        }
    }

    private void run(int threads, BiConsumer<RowBlock, T> sink) throws IOException {
        Thread reader = Thread.ofPlatform().daemon().name("lanewise-rows").start(() -> read(threads));
        for (int i = 0; i < threads; i++) {
            scoring.add(Thread.ofPlatform().daemon().name("lanewise-score-", i).start(this::score));
        }
        try {
            for (Task<T> task = inOrder.take(); !task.isEnd(); task = inOrder.take()) {
                sink.accept(task.block(), task.result().join());
            }
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case IOException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                default -> throw e;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while rows were scored", e);
        } finally {
            // who reads may wait for a producer that says nothing, and ends with the JVM
            reader.interrupt();
            scoring.forEach(Thread::interrupt);
            scoring.forEach(OrderedWork::join);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(int threads) {
        try {
            try {
                for (RowBlock block = rows.next(); block != null; block = rows.next()) {
                    Task<T> task = new Task<>(block, new CompletableFuture<>());
                    inOrder.put(task);
                    waiting.put(task);
                }
                inOrder.put(Task.end());
            } catch (IOException | RuntimeException | Error e) {
                inOrder.put(new Task<>(null, CompletableFuture.failedFuture(e)));
            }
            for (int i = 0; i < threads; i++) {
                waiting.put(Task.end());
            }
        } catch (InterruptedException e) {
            // the caller wants no more
        }
    }

    private void score() {
        Worker<T> worker = null;
        try {
            for (Task<T> task = waiting.take(); !task.isEnd(); task = waiting.take()) {
                try {
                    // a thread that gets nothing to do takes no memory
                    worker = worker == null ? workers.get() : worker;
                    task.result().complete(worker.work(task.block()));
                } catch (RuntimeException | Error e) {
                    task.result().completeExceptionally(e);
                }
            }
        } catch (InterruptedException e) {
            // the caller wants no more
        } finally {
            if (worker != null) {
                worker.close();
            }
        }
    }
}
