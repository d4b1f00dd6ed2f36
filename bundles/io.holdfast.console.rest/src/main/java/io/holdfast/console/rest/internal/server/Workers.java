package io.holdfast.console.rest.internal.server;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * The threads that carry calls out, in two lanes that do not starve each other. They are never interrupted, because what they call may be
 * inside a file channel; Jetty's own threads are, when it stops. Thread-safe.
 */
final class Workers {

    /** Agents wait in their calls for work, each of them nearly always. */
    private static final int AGENT_CALLS_MAX = 3_000;

    private final ExecutorService threads;
    private final Lane people;
    private final Lane agents;

    Workers(ExecutorService threads, int callsMax) {
        this.threads = threads;
        this.people = new Lane(callsMax);
        this.agents = new Lane(AGENT_CALLS_MAX);
    }

    /** The lane of people and their programs. */
    Lane forPeople() {
        return people;
    }

    /** The lane of agents. */
    Lane forAgents() {
        return agents;
    }

    /** So many calls at a time. */
    final class Lane {

        private final Semaphore free;

        private Lane(int callsMax) {
            this.free = new Semaphore(callsMax);
        }

        /**
         * Carries a call out on a thread of its own.
         *
         * @param call is given its place, and closes it when the next may begin
         * @return nothing, or why it is not carried out
         */
        Optional<HoldfastException> run(Consumer<Place> call) {
            if (!free.tryAcquire()) {
                return Optional.of(overloaded("more calls are under way than it bears; expected fewer at a time"));
            }
            try {
                threads.execute(() -> call.accept(free::release));
                return Optional.empty();
            } catch (RejectedExecutionException _) {
                free.release();
                return Optional.of(overloaded("it is stopping; expected a call after its start"));
            }
        }

        private HoldfastException overloaded(String message) {
            return new HoldfastException(ErrorCode.OVERLOADED, "server", message);
        }
    }

    /** A place in a lane. */
    @FunctionalInterface
    interface Place extends AutoCloseable {

        /** Leaves it to the next. Called once. */
        @Override
        void close();
    }
}
