package io.holdfast.catalog.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.catalog.StoredCommand;
import io.holdfast.catalog.StoredSession;
import io.holdfast.catalog.StoredToken;
import io.holdfast.catalog.StoredUser;
import io.holdfast.model.Agent;
import io.holdfast.model.AgentError;
import io.holdfast.model.AuditEntry;
import io.holdfast.model.Job;
import io.holdfast.model.JobState;
import io.holdfast.model.JobStep;
import io.holdfast.model.Machine;
import io.holdfast.model.NetworkChoice;
import io.holdfast.model.Progress;
import io.holdfast.model.Replica;
import io.holdfast.model.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdbcCatalogTest {

    private final JdbcCatalog catalog;

    JdbcCatalogTest(@TempDir Path folder) {
        catalog = JdbcCatalog.open(Database.inMemory("test-" + UUID.randomUUID(), folder));
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    @Test
    void givesBackAMachineAsItWasStored() {
        Machine bare = Rows.machine("bare");
        Machine full = Rows.fullMachine("full");

        catalog.write(tables -> {
            tables.machines().insert(full);
            tables.machines().insert(bare);
            return true;
        });

        assertThat(catalog.<List<Machine>>read(tables -> tables.machines().list()))
                .containsExactly(bare, full);
        assertThat(catalog.<Machine>read(
                        tables -> tables.machines().findByName("full").orElseThrow()))
                .isEqualTo(full);
        assertThat(catalog.<Boolean>read(tables ->
                        tables.machines().find(new MachineId(UUID.randomUUID())).isEmpty()))
                .isTrue();
    }

    @Test
    void replacesEveryChangeablePartOfAMachine() {
        Machine before = Rows.machine("m");
        Machine filled = Rows.fullMachine("renamed");
        Machine after = new Machine(
                before.id(),
                filled.name(),
                filled.agent(),
                filled.address(),
                filled.policy(),
                "login:",
                filled.facts(),
                filled.protection(),
                filled.failover(),
                filled.error(),
                before.createdMillis());

        catalog.write(tables -> {
            tables.machines().insert(before);
            tables.machines().update(after);
            return true;
        });

        assertThat(catalog.<Machine>read(
                        tables -> tables.machines().find(before.id()).orElseThrow()))
                .isEqualTo(after);
    }

    @Test
    void refusesASecondMachineOfOneName() {
        catalog.write(tables -> {
            tables.machines().insert(Rows.machine("twin"));
            return true;
        });

        assertThatThrownBy(() -> catalog.write(tables -> {
                    tables.machines().insert(Rows.machine("twin"));
                    return true;
                }))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS));
    }

    @Test
    void changesNothingWhenTheWorkThrows() {
        assertThatThrownBy(() -> catalog.write(tables -> {
                    tables.machines().insert(Rows.machine("m"));
                    throw new IllegalStateException("on purpose");
                }))
                .hasMessage("on purpose");

        assertThat(catalog.<List<Machine>>read(tables -> tables.machines().list()))
                .isEmpty();
    }

    @Test
    void saysWhatIsNotThereToUpdate() {
        assertThatThrownBy(() -> catalog.write(tables -> {
                    tables.machines().update(Rows.machine("m"));
                    return true;
                }))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
    }

    @Test
    void givesBackJobsNewestFirstWithTheirSteps() {
        Machine machine = Rows.machine("m");
        Job first = Rows.job(machine.id(), JobState.SUCCEEDED);
        Job second = Rows.job(machine.id(), JobState.RETRYING);
        Job running = Rows.job(machine.id(), JobState.RUNNING);
        catalog.write(tables -> {
            tables.machines().insert(machine);
            List.of(first, second, running).forEach(tables.jobs()::insert);
            return true;
        });

        assertThat(catalog.<List<Job>>read(tables -> tables.jobs().list(null, 2)))
                .containsExactly(running, second);
        assertThat(catalog.<List<Job>>read(tables -> tables.jobs().list(machine.id(), 9)))
                .containsExactly(running, second, first);
        assertThat(catalog.<List<Job>>read(tables -> tables.jobs().list(new MachineId(UUID.randomUUID()), 9)))
                .isEmpty();
        assertThat(catalog.<List<Job>>read(tables -> tables.jobs().unfinished()))
                .containsExactly(second, running);
    }

    @Test
    void replacesAJobAndItsSteps() {
        Machine machine = Rows.machine("m");
        Job job = Rows.job(machine.id(), JobState.RUNNING);
        JobStep done = new JobStep("fence", "Fence", JobStep.State.DONE, new Progress(1, 1, "x"), List.of(), 8L, 9L);
        Job after = new Job(
                job.id(),
                job.kind(),
                job.machine(),
                job.arguments(),
                JobState.SUCCEEDED,
                List.of(job.steps().getFirst(), done),
                null,
                0,
                null,
                job.startedBy(),
                job.createdMillis(),
                10L);

        catalog.write(tables -> {
            tables.machines().insert(machine);
            tables.jobs().insert(job);
            tables.jobs().update(after);
            return true;
        });

        assertThat(catalog.<Job>read(tables -> tables.jobs().find(job.id()).orElseThrow()))
                .isEqualTo(after);
    }

    @Test
    void trimsOnlyTheOldestJobsThatHaveEnded() {
        Machine machine = Rows.machine("m");
        Job running = Rows.job(machine.id(), JobState.RUNNING);
        Job old = Rows.job(machine.id(), JobState.FAILED);
        Job recent = Rows.job(machine.id(), JobState.SUCCEEDED);
        catalog.write(tables -> {
            tables.machines().insert(machine);
            List.of(running, old, recent).forEach(tables.jobs()::insert);
            return true;
        });

        int removed = catalog.write(tables -> tables.jobs().trim(1));

        assertThat(removed).isEqualTo(1);
        assertThat(catalog.<List<Job>>read(tables -> tables.jobs().list(null, 9)))
                .containsExactly(recent, running);
        assertThat(catalog.<Integer>write(tables -> tables.jobs().trim(1))).isZero();
    }

    @Test
    void removesAMachineWithItsReplicasAndKeepsItsJobs() {
        Machine machine = Rows.machine("m");
        Job job = Rows.job(machine.id(), JobState.FAILED);
        Replica replica = new Replica(
                UUID.randomUUID().toString(),
                machine.id(),
                Replica.Purpose.TEST,
                new Position(1, 2),
                new NetworkChoice.Bridge("br0"),
                Replica.State.BOOTING,
                null,
                Map.of(),
                5);
        catalog.write(tables -> {
            tables.machines().insert(machine);
            tables.jobs().insert(job);
            tables.replicas().put(replica);
            return true;
        });

        catalog.write(tables -> {
            tables.machines().delete(machine.id());
            return true;
        });

        assertThat(catalog.<List<Machine>>read(tables -> tables.machines().list()))
                .isEmpty();
        assertThat(catalog.<List<Job>>read(tables -> tables.jobs().list(machine.id(), 9)))
                .containsExactly(job);
        assertThat(catalog.<List<Replica>>read(tables -> tables.replicas().list()))
                .isEmpty();
    }

    @Test
    void givesBackReplicas() {
        Machine machine = Rows.machine("m");
        String id = UUID.randomUUID().toString();
        Replica before = new Replica(
                id,
                machine.id(),
                Replica.Purpose.FAILOVER,
                new Position(1, 2),
                new NetworkChoice.Isolated(),
                Replica.State.CREATING,
                null,
                Map.of(),
                5);
        Replica after = new Replica(
                id,
                machine.id(),
                Replica.Purpose.FAILOVER,
                new Position(1, 2),
                new NetworkChoice.Isolated(),
                Replica.State.PERMANENT,
                new Progress(3, 3, "bytes"),
                Map.of("consoleSocket", "/run/x"),
                5);
        catalog.write(tables -> {
            tables.machines().insert(machine);
            tables.replicas().put(before);
            tables.replicas().put(after);
            return true;
        });

        assertThat(catalog.<Replica>read(tables -> tables.replicas().find(id).orElseThrow()))
                .isEqualTo(after);
        assertThat(catalog.<List<Replica>>read(tables -> tables.replicas().of(machine.id())))
                .containsExactly(after);
        catalog.write(tables -> {
            tables.replicas().delete(id);
            return true;
        });
        assertThat(catalog.<List<Replica>>read(tables -> tables.replicas().list()))
                .isEmpty();
    }

    @Test
    void keepsCommandsUntilTheyAreAnswered() {
        Agent agent = new Agent("a1", "host-1", "1.0", "ff", 100, 50);
        StoredCommand first = new StoredCommand("c1", "job-1", "a1", "m", "protect", "{\"a\":1}", 1, null);
        StoredCommand second = new StoredCommand("c2", "job-2", "a1", "", "inspect", "{}", 2, null);
        StoredCommand answered = new StoredCommand(
                "c1",
                "job-1",
                "a1",
                "m",
                "protect",
                "{\"a\":1}",
                1,
                new StoredCommand.Answer(new AgentError(ErrorCode.MONITOR_IN_USE, "o", "m"), "[1]"));
        catalog.write(tables -> {
            tables.agents().put(agent);
            tables.agents().addCommand(first);
            tables.agents().addCommand(second);
            tables.agents().addCommand(first);
            return true;
        });
        assertThat(catalog.<List<StoredCommand>>read(tables -> tables.agents().unanswered("a1", 10)))
                .containsExactly(first, second);
        assertThat(catalog.<List<StoredCommand>>read(tables -> tables.agents().unanswered("a1", 1)))
                .containsExactly(first);
        assertThat(catalog.<StoredCommand>read(
                        tables -> tables.agents().commandOf("job-2").orElseThrow()))
                .isEqualTo(second);

        catalog.write(tables -> {
            tables.agents().updateCommand(answered);
            return true;
        });

        assertThat(catalog.<List<StoredCommand>>read(tables -> tables.agents().unanswered("a1", 10)))
                .containsExactly(second);
        assertThat(catalog.<StoredCommand>read(
                        tables -> tables.agents().findCommand("c1").orElseThrow()))
                .isEqualTo(answered);
        catalog.write(tables -> {
            tables.agents().deleteCommands("job-1");
            return true;
        });
        assertThat(catalog.<Boolean>read(
                        tables -> tables.agents().findCommand("c1").isEmpty()))
                .isTrue();
    }

    @Test
    void replacesAnAgentAndRefusesItsNameToAnother() {
        Agent agent = new Agent("a1", "host-1", "", "ff", 100, 50);
        Agent renewed = new Agent("a1", "host-1", "2.0", "ee", 200, 50);
        catalog.write(tables -> {
            tables.agents().put(agent);
            tables.agents().put(renewed);
            return true;
        });

        assertThat(catalog.<List<Agent>>read(tables -> tables.agents().list())).containsExactly(renewed);
        assertThatThrownBy(() -> catalog.write(tables -> {
                    tables.agents().put(new Agent("a2", "host-1", "", "aa", 1, 1));
                    return true;
                }))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS));
    }

    @Test
    void givesATokenOutOnce() {
        StoredToken token = new StoredToken("d", 10, "admin");
        catalog.write(tables -> {
            tables.agents().addToken(token);
            tables.agents().addToken(new StoredToken("old", 5, "admin"));
            tables.agents().deleteTokensBefore(5);
            return true;
        });

        assertThat(catalog.<Boolean>write(
                        tables -> tables.agents().takeToken("old").isEmpty()))
                .isTrue();
        assertThat(catalog.<StoredToken>write(
                        tables -> tables.agents().takeToken("d").orElseThrow()))
                .isEqualTo(token);
        assertThat(catalog.<Boolean>write(
                        tables -> tables.agents().takeToken("d").isEmpty()))
                .isTrue();
    }

    @Test
    void keepsUsersAndTheirSessions() {
        StoredUser user = new StoredUser("admin", Role.ADMINISTRATOR, "hash", true, 1, null);
        StoredUser changed = new StoredUser("admin", Role.VIEWER, "other", false, 1, 7L);
        StoredSession session = new StoredSession("d", "admin", 1, 2, 100);
        StoredSession used = new StoredSession("d", "admin", 1, 60, 100);
        catalog.write(tables -> {
            tables.users().insert(user);
            tables.users().update(changed);
            tables.users().putSession(session);
            tables.users().putSession(used);
            tables.users().putSession(new StoredSession("idle", "admin", 1, 2, 100));
            tables.users().putSession(new StoredSession("over", "admin", 1, 60, 50));
            tables.users().deleteSessionsBefore(10, 50);
            return true;
        });

        assertThat(catalog.<List<StoredUser>>read(tables -> tables.users().list()))
                .containsExactly(changed);
        assertThat(catalog.<List<StoredSession>>read(tables -> tables.users().sessionsOf("admin")))
                .containsExactly(used);
        catalog.write(tables -> {
            tables.users().delete("admin");
            return true;
        });
        assertThat(catalog.<Boolean>read(
                        tables -> tables.users().findSession("d").isEmpty()))
                .isTrue();
    }

    @Test
    void listsTheAuditLogBothWays() {
        List<AuditEntry> entries = new ArrayList<>();
        for (int number = 1; number <= 4; number++) {
            entries.add(new AuditEntry(number, 1, "admin", "::1", "user.create", "bob", "ok", "", "d" + number));
        }
        catalog.write(tables -> {
            entries.forEach(tables.audit()::append);
            return true;
        });

        assertThat(catalog.<AuditEntry>read(tables -> tables.audit().last().orElseThrow()))
                .isEqualTo(entries.get(3));
        assertThat(catalog.<List<AuditEntry>>read(tables -> tables.audit().listBefore(4, 2)))
                .containsExactly(entries.get(2), entries.get(1));
        assertThat(catalog.<List<AuditEntry>>read(tables -> tables.audit().listFrom(3, 9)))
                .containsExactly(entries.get(2), entries.get(3));
    }

    @Test
    void letsWritersFollowEachOther() throws Exception {
        StoredUser user = new StoredUser("counter", Role.VIEWER, "hash", false, 0, 0L);
        catalog.write(tables -> {
            tables.users().insert(user);
            return true;
        });
        int writers = 4;
        int rounds = 25;

        try (ExecutorService executor = Executors.newFixedThreadPool(writers)) {
            List<Future<?>> futures = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                futures.add(executor.submit(() -> {
                    for (int round = 0; round < rounds; round++) {
                        increment();
                    }
                }));
            }
            for (Future<?> future : futures) {
                future.get(20, TimeUnit.SECONDS);
            }
        }

        assertThat(catalog.<Long>read(
                        tables -> tables.users().find("counter").orElseThrow().lastSignInMillis()))
                .isEqualTo((long) writers * rounds);
    }

    private void increment() {
        catalog.write(tables -> {
            StoredUser now = tables.users().find("counter").orElseThrow();
            tables.users()
                    .update(new StoredUser(
                            now.name(),
                            now.role(),
                            now.passwordHash(),
                            false,
                            0,
                            Objects.requireNonNull(now.lastSignInMillis()) + 1));
            return true;
        });
    }
}
