package io.holdfast.configserver.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.configserver.Caller;
import io.holdfast.configserver.SessionView;
import io.holdfast.configserver.UserView;
import io.holdfast.model.AuditEntry;
import io.holdfast.model.Role;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTest {

    private static final String ORIGIN = "192.0.2.1";
    private static final String CHOSEN = "correct horse battery";

    private final World world;
    private final String oneTime;

    AccessTest(@TempDir Path folder) {
        world = new World(folder);
        world.catalog.write(tables -> {
            tables.users().delete("admin");
            return true;
        });
        world.restart();
        oneTime = world.server().takePassword().orElseThrow();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private SessionView signIn(String user, String password) {
        return world.server().access().signIn(user, password.toCharArray(), ORIGIN);
    }

    private Caller caller(SessionView session) {
        return world.server().access().authenticate(session.token(), ORIGIN);
    }

    private Caller administrator() {
        SessionView session = signIn("admin", oneTime);
        world.server()
                .access()
                .changePassword(caller(session), session.token(), oneTime.toCharArray(), CHOSEN.toCharArray());
        return caller(session);
    }

    @Test
    void givesTheOneTimePasswordOutOnceAndMakesANewOneAtEachStartUntilItIsChanged() {
        assertThat(world.server().takePassword()).isEmpty();
        assertThat(oneTime).matches("[a-z0-9]{5}(-[a-z0-9]{5}){3}");

        world.restart();
        String next = world.server().takePassword().orElseThrow();

        assertThat(next).isNotEqualTo(oneTime);
        assertRefused(ErrorCode.NOT_AUTHENTICATED, () -> signIn("admin", oneTime));
        assertThat(signIn("admin", next).passwordChangeRequired()).isTrue();
    }

    @Test
    void makesNoPasswordOnceItWasChanged() {
        assertThat(world.server().health().setup().administratorReady()).isFalse();
        administrator();

        world.restart();

        assertThat(world.server().takePassword()).isEmpty();
        assertThat(world.server().health().setup().administratorReady()).isTrue();
        assertThat(signIn("admin", CHOSEN).passwordChangeRequired()).isFalse();
    }

    @Test
    void answersNothingElseBeforeThePasswordIsChanged() {
        Caller caller = caller(signIn("admin", oneTime));

        assertRefused(
                ErrorCode.PASSWORD_CHANGE_REQUIRED,
                () -> world.server().machines().list(caller));
        assertRefused(
                ErrorCode.PASSWORD_CHANGE_REQUIRED,
                () -> world.server().access().users(caller));
        assertRefused(
                ErrorCode.PASSWORD_CHANGE_REQUIRED,
                () -> world.server().events().subscribe(caller));
    }

    @Test
    void endsTheOtherSessionsWhenThePasswordChanges() {
        SessionView other = signIn("admin", oneTime);

        administrator();

        assertRefused(ErrorCode.NOT_AUTHENTICATED, () -> caller(other));
    }

    @Test
    void refusesAPasswordThatIsShortTheSameOrNotProven() {
        SessionView session = signIn("admin", oneTime);
        Caller caller = caller(session);

        assertRefused(ErrorCode.INVALID_ARGUMENT, () -> change(caller, session, oneTime, "short"));
        assertRefused(ErrorCode.INVALID_ARGUMENT, () -> change(caller, session, oneTime, oneTime));
        assertRefused(ErrorCode.NOT_AUTHENTICATED, () -> change(caller, session, "wrong password", CHOSEN));
        assertThat(signIn("admin", oneTime)).isNotNull();
    }

    private void change(Caller caller, SessionView session, String present, String next) {
        world.server().access().changePassword(caller, session.token(), present.toCharArray(), next.toCharArray());
    }

    @Test
    void endsASessionThatIsIdleOrOldOrSignedOut() {
        SessionView idle = signIn("admin", oneTime);
        world.time.advanceMillis(32 * 60_000);
        assertRefused(ErrorCode.NOT_AUTHENTICATED, () -> caller(idle));

        SessionView used = signIn("admin", oneTime);
        for (int quarter = 0; quarter < 47; quarter++) {
            world.time.advanceMillis(15 * 60_000);
            assertThat(caller(used).user()).isEqualTo("admin");
        }
        world.time.advanceMillis(16 * 60_000);
        assertRefused(ErrorCode.NOT_AUTHENTICATED, () -> caller(used));

        SessionView left = signIn("admin", oneTime);
        world.server().access().signOut(left.token());
        world.server().access().signOut(left.token());
        assertRefused(ErrorCode.NOT_AUTHENTICATED, () -> caller(left));
    }

    @Test
    void keepsSessionsOverARestartAndTheirTokensNowhere() {
        administrator();
        SessionView session = signIn("admin", CHOSEN);

        world.restart();

        assertThat(caller(session).role()).isEqualTo(Role.ADMINISTRATOR);
        assertThat(world.catalog.<Boolean>read(
                        tables -> tables.users().findSession(session.token()).isPresent()))
                .isFalse();
        assertThat(session.toString()).doesNotContain(session.token());
    }

    @Test
    void slowsGuessingDownAndForgivesAfterSuccess() {
        for (int failure = 0; failure < 5; failure++) {
            assertRefused(ErrorCode.NOT_AUTHENTICATED, () -> signIn("admin", "wrong"));
        }

        assertRefused(ErrorCode.OVERLOADED, () -> signIn("admin", oneTime));
        assertThat(world.server().access().signIn("admin", oneTime.toCharArray(), "192.0.2.99"))
                .isNotNull();
        world.time.advanceMillis(1_100);
        assertThat(signIn("admin", oneTime)).isNotNull();
        assertRefused(ErrorCode.NOT_AUTHENTICATED, () -> signIn("admin", "wrong"));
    }

    @Test
    void saysTheSameOfAnUnknownUserAndAWrongPassword() {
        String unknown = message(() -> signIn("nobody", "wrong"));

        assertThat(message(() -> signIn("admin", "wrong"))).isEqualTo(unknown);
    }

    private static String message(ThrowingCallable call) {
        try {
            call.call();
        } catch (Throwable e) {
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("nothing was thrown");
    }

    @Test
    void createsAndDeletesUsersButNeverTheLastAdministrator() {
        Caller admin = administrator();

        UserView bob = world.server().access().createUser(admin, "bob", Role.OPERATOR, "a long password".toCharArray());
        assertThat(bob.passwordChangeRequired()).isTrue();
        assertRefused(
                ErrorCode.ALREADY_EXISTS,
                () -> world.server().access().createUser(admin, "bob", Role.VIEWER, "a long password".toCharArray()));
        assertRefused(
                ErrorCode.INVALID_ARGUMENT,
                () -> world.server()
                        .access()
                        .createUser(admin, "no spaces", Role.VIEWER, "a long password".toCharArray()));
        SessionView session = signIn("bob", "a long password");
        world.server().access().deleteUser(admin, "bob");
        assertRefused(ErrorCode.NOT_AUTHENTICATED, () -> caller(session));
        assertRefused(ErrorCode.ILLEGAL_STATE, () -> world.server().access().deleteUser(admin, "admin"));
        assertThat(world.server().access().users(admin))
                .extracting(UserView::name)
                .containsExactly("admin");
    }

    @Test
    void letsEachRoleDoWhatItMayAndNoMore() {
        MachineId machine = new MachineId(UUID.randomUUID());
        Caller viewer = new Caller("v", Role.VIEWER, false, ORIGIN);
        Caller operator = new Caller("o", Role.OPERATOR, false, ORIGIN);

        assertThat(world.server().machines().list(viewer)).isEmpty();
        FakeAgent agent = world.enrol("host-1");
        assertRefused(
                ErrorCode.NOT_AUTHORISED, () -> world.server().machines().protect(viewer, World.wish("web", agent)));
        assertRefused(ErrorCode.NOT_AUTHORISED, () -> world.server().agents().createToken(operator, 5));
        assertRefused(ErrorCode.NOT_AUTHORISED, () -> world.server().access().users(operator));
        assertRefused(ErrorCode.NOT_AUTHORISED, () -> world.server().access().audit(operator, Long.MAX_VALUE, 5));
        assertRefused(ErrorCode.NOT_FOUND, () -> world.server().machines().resynchronise(operator, machine));
        assertThat(world.server().machines().protect(operator, World.wish("web", agent)))
                .isNotNull();
    }

    @Test
    void writesDownWhatWasDoneAndWhatWasRefused() {
        Caller admin = administrator();
        assertRefused(ErrorCode.NOT_FOUND, () -> world.server().access().deleteUser(admin, "nobody"));

        List<AuditEntry> log = world.server().access().audit(admin, Long.MAX_VALUE, 3);

        assertThat(log)
                .extracting(AuditEntry::action, AuditEntry::object, AuditEntry::outcome)
                .containsExactly(
                        tuple("user.delete", "nobody", "NOT_FOUND"),
                        tuple("user.change-password", "admin", "ok"),
                        tuple("session.open", "admin", "ok"));
        assertThat(log.toString()).doesNotContain(CHOSEN).doesNotContain(oneTime);
        assertThat(world.server()
                        .access()
                        .audit(admin, log.getLast().number(), 1)
                        .getFirst()
                        .number())
                .isEqualTo(log.getLast().number() - 1);
    }

    private static void assertRefused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
