package io.holdfast.console.rest.internal.api;

import static io.holdfast.console.rest.internal.http.Access.USER;
import static io.holdfast.console.rest.internal.http.HttpMethod.GET;
import static io.holdfast.console.rest.internal.http.HttpMethod.POST;
import static io.holdfast.console.rest.internal.http.HttpMethod.PUT;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.configserver.KeyControl;
import io.holdfast.configserver.MachineControl;
import io.holdfast.console.rest.internal.http.Call;
import io.holdfast.console.rest.internal.http.Reply;
import io.holdfast.console.rest.internal.http.Route;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The keys of the node and of its machines. */
final class KeyRoutes {

    /** An export of the keys of 2,000 machines, each rotated now and then. */
    private static final int EXPORT_BODY_BYTES_MAX = 8 << 20;

    private static final String KEYS = Routes.API + "/keys";
    private static final String MACHINE = Routes.API + "/machines/{machine}/keys";

    private final MachineControl machines;
    private final KeyControl keys;

    KeyRoutes(MachineControl machines, KeyControl keys) {
        this.machines = machines;
        this.keys = keys;
    }

    List<Route> routes() {
        return List.of(
                Route.of("getKeys", GET, KEYS, USER, call -> Reply.ok(keys.status(call.caller()))),
                Route.of(
                        "makeRecoveryPaper",
                        POST,
                        KEYS + "/paper",
                        USER,
                        call -> Reply.ok(keys.makePaper(call.caller()))),
                Route.of("confirmRecoveryPaper", POST, KEYS + "/paper/confirm", USER, this::confirm),
                Route.of("unlockKeys", POST, KEYS + "/unlock", USER, this::unlock),
                Route.of("setKeyPassphrase", PUT, KEYS + "/passphrase", USER, this::setPassphrase),
                Route.of("rotateStoreKey", POST, KEYS + "/rotate", USER, this::rotateStoreKey),
                Route.of("exportKeys", POST, KEYS + "/export", USER, this::export),
                Route.of("restoreKeys", POST, KEYS + "/restore", USER, this::restore)
                        .withBody(EXPORT_BODY_BYTES_MAX),
                Route.of("recoverKeys", POST, KEYS + "/recover", USER, this::recover),
                Route.of("rotateMachineKey", POST, MACHINE + "/rotate", USER, this::rotate),
                Route.of("setKeyHolder", PUT, MACHINE + "/holder", USER, this::setHolder),
                Route.of("handOverKey", POST, MACHINE + "/hand-over", USER, this::handOver),
                Route.of("takeBackKey", POST, MACHINE + "/take-back", USER, this::takeBack));
    }

    private Reply confirm(Call call) {
        keys.confirmPaper(call.caller(), call.body(Confirm.class).line());
        return Reply.done();
    }

    private Reply unlock(Call call) {
        keys.unlock(call.caller(), call.body(Unlock.class).passphrase());
        return Reply.done();
    }

    private Reply setPassphrase(Call call) {
        keys.setPassphrase(call.caller(), passphrase(call));
        return Reply.done();
    }

    private Reply rotateStoreKey(Call call) {
        keys.rotateStoreKey(call.caller(), passphrase(call));
        return Reply.done();
    }

    private static Optional<String> passphrase(Call call) {
        return Optional.ofNullable(call.body(Passphrase.class).passphrase());
    }

    private Reply export(Call call) {
        byte[] export = keys.export(call.caller(), passphrase(call));
        return Reply.ok(new Export(Base64.getEncoder().encodeToString(export)));
    }

    private Reply restore(Call call) {
        Restore body = call.body(Restore.class);
        try {
            keys.restore(call.caller(), Base64.getDecoder().decode(body.export()), body.passphrase());
        } catch (IllegalArgumentException e) {
            throw new HoldfastException(ErrorCode.INVALID_ARGUMENT, "export", "is no Base64: " + e.getMessage(), e);
        }
        return Reply.done();
    }

    private Reply recover(Call call) {
        Recover body = call.body(Recover.class);
        keys.recover(call.caller(), body.paper(), Optional.ofNullable(body.passphrase()));
        return Reply.done();
    }

    private Reply rotate(Call call) {
        keys.rotate(call.caller(), machine(call));
        return Reply.done();
    }

    private Reply setHolder(Call call) {
        keys.setHolder(call.caller(), machine(call), call.body(Held.class).holder());
        return Reply.done();
    }

    private Reply handOver(Call call) {
        keys.handOver(call.caller(), machine(call));
        return Reply.done();
    }

    private Reply takeBack(Call call) {
        keys.takeBack(call.caller(), machine(call));
        return Reply.done();
    }

    private MachineId machine(Call call) {
        return MachineRoutes.machine(machines, call);
    }

    record Confirm(String line) {}

    record Unlock(String passphrase) {}

    record Passphrase(@Nullable String passphrase) {}

    record Export(String export) {}

    record Restore(String export, String passphrase) {}

    record Recover(String paper, @Nullable String passphrase) {}

    record Held(KeyControl.Holder holder) {}
}
