package org.kjump.vmcore.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {
    private static final int ITEMS = 1000;

    /** A number on its way. */
    private static final class Item {
        private int number;
        private long square;
    }

    /** Squares numbers; those that are multiples of {@code slow} take longer than others. */
    private static class Squares implements Stages<Item> {
        final List<Long> results = new ArrayList<>();
        final AtomicInteger blocks = new AtomicInteger();
        private int next;

        @Override
        public Item block() {
            blocks.incrementAndGet();
            return new Item();
        }

        @Override
        public boolean next(Item item) {
            item.number = next;
            return next++ < ITEMS;
        }

        @Override
        public void work(Item item) {
            long sum = 0;
            for (int i = 0; i < item.number % 7 * 1000; i++) {
                sum += i;
            }
            item.square = (long) item.number * item.number + (sum == -1 ? 1 : 0);
        }

        @Override
        public void done(Item item) throws IOException {
            results.add(item.square);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 64})
    void resultsComeInOrderWhateverTheNumberOfThreads(int threads) throws IOException {
        Squares squares = new Squares();
        try (Workers workers = new Workers(threads)) {
            workers.run(squares);
        }
        assertThat(squares.results).hasSize(ITEMS);
        for (int i = 0; i < ITEMS; i++) {
            assertThat(squares.results.get(i)).isEqualTo((long) i * i);
        }
        assertThat(squares.blocks.get()).isLessThanOrEqualTo(2 * threads);
    }

    /** Were it one thread, the two would wait for each other for ever. */
    @Test
    void twoThreadsWorkAtOnce() throws IOException {
        CountDownLatch both = new CountDownLatch(2);
        AtomicInteger left = new AtomicInteger(2);
        try (Workers workers = new Workers(2)) {
            workers.run(new Stages<Object>() {
                @Override
                public Object block() {
                    return new Object();
                }

                @Override
                public boolean next(Object block) {
                    return left.getAndDecrement() > 0;
                }

                @Override
                public void work(Object block) {
                    both.countDown();
                    try {
                        both.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }

                @Override
                public void done(Object block) {}
            });
        }
        assertThat(both.getCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void ofSeveralFailuresTheFirstBlocksIsThrownAndThoseBeforeItAreDone(int threads) {
        Squares squares = new Squares() {
            @Override
            public void work(Item item) {
                super.work(item);
                if (item.number >= 100) {
                    throw new IllegalStateException("number " + item.number);
                }
            }
        };
        try (Workers workers = new Workers(threads)) {
            assertThatThrownBy(() -> workers.run(squares)).hasMessage("number 100");
        }
        assertThat(squares.results).hasSize(100);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void aResultThatCannotBeTakenEndsTheWork(int threads) {
        Squares squares = new Squares() {
            @Override
            public void done(Item item) throws IOException {
                if (item.number == 50) {
                    throw new IOException("full");
                }
                super.done(item);
            }
        };
        try (Workers workers = new Workers(threads)) {
            assertThatThrownBy(() -> workers.run(squares))
                    .isInstanceOf(IOException.class)
                    .hasMessage("full");
        }
        assertThat(squares.results).hasSize(50);
    }

    @Test
    void noThreadIsNoNumberOfThreads() {
        assertThatThrownBy(() -> new Workers(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
