package io.holdfast.configserver.internal.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.MachineId;
import io.holdfast.configserver.Caller;
import io.holdfast.configserver.ControlEvent;
import io.holdfast.configserver.EventControl;
import io.holdfast.configserver.EventSubscription;
import io.holdfast.configserver.internal.SharedCatalogAccess;
import io.holdfast.configserver.internal.access.Gate;
import io.holdfast.model.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventHubTest {

    private static final Caller VIEWER = new Caller("v", Role.VIEWER, false, "::1");

    private final EventHub hub = new EventHub(new Gate(SharedCatalogAccess.audit()));

    private static ControlEvent event() {
        return new ControlEvent.MachineRemoved(new MachineId(UUID.randomUUID()));
    }

    @Test
    void givesEveryReaderEveryEventInOrder() throws Exception {
        EventSubscription first = hub.subscribe(VIEWER);
        EventSubscription second = hub.subscribe(VIEWER);
        ControlEvent one = event();
        ControlEvent two = event();

        hub.publish(() -> one);
        hub.publish(() -> two);

        for (EventSubscription reader : List.of(first, second)) {
            assertThat(reader.next(0)).hasValue(one);
            assertThat(reader.next(0)).hasValue(two);
            assertThat(reader.next(0)).isEmpty();
        }
    }

    @Test
    void tellsASlowReaderThatItHasLostEvents() throws Exception {
        EventSubscription slow = hub.subscribe(VIEWER);
        for (int count = 0; count <= EventSubscription.QUEUE_MAX; count++) {
            hub.publish(EventHubTest::event);
        }

        assertThat(slow.next(0)).hasValue(new ControlEvent.Lost());
        assertThat(slow.next(0)).isPresent();
        assertThat(slow.next(0)).isEmpty();
    }

    @Test
    void wakesAReaderThatWaits() throws Exception {
        EventSubscription reader = hub.subscribe(VIEWER);
        CompletableFuture<Optional<ControlEvent>> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return reader.next(20_000);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        ControlEvent event = event();

        hub.publish(() -> event);

        assertThat(waiting.get(30, TimeUnit.SECONDS)).hasValue(event);
    }

    @Test
    void endsReadersWhenItCloses() throws Exception {
        EventSubscription reader = hub.subscribe(VIEWER);
        CompletableFuture<Optional<ControlEvent>> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return reader.next(20_000);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        hub.close();

        assertThat(waiting.get(30, TimeUnit.SECONDS)).isEmpty();
        assertThat(reader.open()).isFalse();
    }

    @Test
    void boundsTheReadersAndMakesRoomWhenOneLeaves() {
        List<EventSubscription> readers = new ArrayList<>();
        for (int count = 0; count < EventControl.SUBSCRIPTIONS_MAX; count++) {
            readers.add(hub.subscribe(VIEWER));
        }
        assertThatThrownBy(() -> hub.subscribe(VIEWER)).hasMessageContaining("readers");

        readers.getFirst().close();
        readers.getFirst().close();

        assertThat(hub.subscribe(VIEWER).open()).isTrue();
    }

    @Test
    void makesNoEventWhenNobodyReads() {
        hub.publish(() -> {
            throw new AssertionError("made for nobody");
        });
    }
}
