package io.holdfast.console.rest.internal.api;

import io.holdfast.configserver.AnchorComparisonView;
import io.holdfast.configserver.AnchorControl;
import io.holdfast.configserver.AnchorView;
import io.holdfast.configserver.Caller;
import io.holdfast.model.Role;
import java.util.List;

/** Anchors of a store with one machine. */
final class FakeAnchors implements AnchorControl {

    private static final String HASH = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    private final FakeControl control;

    FakeAnchors(FakeControl control) {
        this.control = control;
    }

    @Override
    public AnchorView make(Caller caller) {
        control.note(caller, Role.VIEWER, "anchor");
        return view();
    }

    @Override
    public AnchorComparisonView compare(Caller caller, String anchor) {
        control.note(caller, Role.VIEWER, "compare " + anchor.length());
        return new AnchorComparisonView(
                1_000,
                false,
                List.of(new AnchorComparisonView.Difference(Samples.MACHINE, "web-1", "SET_BACK", "found this")),
                view());
    }

    private static AnchorView view() {
        return new AnchorView(
                "5b0c7c1e-6a0f-4a55-9c5e-0f1f2a3b4c5d",
                2_000,
                List.of(new AnchorView.Head(Samples.MACHINE, "web-1", 3, HASH, HASH, 17, HASH)),
                "text");
    }
}
