package io.holdfast.configserver.internal.control;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.configserver.Caller;
import io.holdfast.configserver.ControlEvent;
import io.holdfast.configserver.EventControl;
import io.holdfast.configserver.EventSubscription;
import io.holdfast.configserver.internal.access.Gate;
import io.holdfast.model.Role;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Hands changes to everybody who listens; a reader that is too slow loses them and is told so. Thread-safe. */
public final class EventHub implements EventControl {

    private final Gate gate;
    private final Set<Queue> queues = ConcurrentHashMap.newKeySet();

    /**
     * Makes a hub without readers.
     *
     * @param gate checks roles
     */
    public EventHub(Gate gate) {
        this.gate = gate;
    }

    @Override
    public EventSubscription subscribe(Caller caller) {
        gate.look(caller, Role.VIEWER);
        Queue queue = new Queue();
        synchronized (queues) {
            if (queues.size() >= SUBSCRIPTIONS_MAX) {
                throw new HoldfastException(
                        ErrorCode.OVERLOADED,
                        "events",
                        queues.size() + " readers; expected at most " + SUBSCRIPTIONS_MAX);
            }
            queues.add(queue);
        }
        return queue;
    }

    /**
     * Tells every reader.
     *
     * @param event what changed; made only when somebody listens
     */
    void publish(Supplier<ControlEvent> event) {
        if (!queues.isEmpty()) {
            ControlEvent made = event.get();
            queues.forEach(queue -> queue.offer(made));
        }
    }

    /** Ends all subscriptions. */
    public void close() {
        queues.forEach(Queue::close);
    }

    private final class Queue implements EventSubscription {

        private final ReentrantLock lock = new ReentrantLock();
        private final Condition filled = lock.newCondition();
        private final Deque<ControlEvent> waiting = new ArrayDeque<>();
        private boolean closed;

        void offer(ControlEvent event) {
            lock.lock();
            try {
                if (waiting.size() >= QUEUE_MAX) {
                    waiting.clear();
                    waiting.add(new ControlEvent.Lost());
                }
                waiting.add(event);
                filled.signal();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public Optional<ControlEvent> next(long waitMillis) throws InterruptedException {
            long left = TimeUnit.MILLISECONDS.toNanos(waitMillis);
            lock.lock();
            try {
                while (waiting.isEmpty() && left > 0 && !closed) {
                    left = filled.awaitNanos(left);
                }
                return Optional.ofNullable(waiting.poll());
            } finally {
                lock.unlock();
            }
        }

        @Override
        public boolean open() {
            lock.lock();
            try {
                return !closed;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            queues.remove(this);
            lock.lock();
            try {
                closed = true;
                filled.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
