package io.holdfast.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The pages in a real browser, against a fake appliance. */
@EnabledIf("io.holdfast.console.web.Browser#isInstalled")
class PageTest extends PageTestKit {

    private static final String NOBODY =
            "{\"code\":\"NOT_AUTHENTICATED\",\"message\":\"Unknown user or wrong password.\"}";

    @Test
    void asksANewAdministratorForTheOneTimePassword() throws Exception {
        appliance().answer("GET /session", 401, NOBODY);
        appliance().answer("GET /setup", 200, "{\"administratorReady\":false}");

        open();

        browser().awaitText("Sign in to Holdfast");
        assertThat(browser().text()).contains("one-time password");
        assertThat(browser().evaluate("document.activeElement.name")).isEqualTo("user");
        assertThat(appliance().complaints()).isEmpty();
    }

    @Test
    void signsInForcesTheChangeOfThePasswordAndShowsTheState() throws Exception {
        appliance().answerAsBusy();
        appliance().answer("GET /session", 401, NOBODY);
        appliance().answer("GET /setup", 200, "{\"administratorReady\":true}");
        appliance().answer("POST /session", 401, NOBODY);
        open();
        browser().awaitText("Sign in to Holdfast");
        browser().type("User", "admin");
        browser().type("Password", "wrong");
        browser().press("form", "Sign in");
        browser().awaitText("Unknown user or wrong password.");

        String session =
                "{\"user\":\"admin\",\"role\":\"ADMINISTRATOR\",\"secondProof\":\"the-proof\",\"passwordChangeRequired\":";
        appliance().answer("POST /session", 201, session + "true}");
        appliance().answer("GET /session", 200, session + "true}");
        browser().press("form", "Sign in");
        browser().awaitText("Choose your password");
        assertThat(browser().text()).doesNotContain("web-1");
        browser().type("Present password", "one-time-only");
        browser().type("New password", "a longer and better one");
        browser().type("New password again", "a longer and other one");
        browser().press("form", "Change password");
        browser().awaitText("The two new passwords differ.");

        appliance().answer("PUT /session/password", 204, "");
        browser().type("New password again", "a longer and better one");
        appliance().answer("GET /session", 200, session + "false}");
        browser().press("form", "Change password");
        browser().awaitText("web-1");
        assertThat(appliance().received("PUT /session/password"))
                .contains("the-proof", "\"present\":\"one-time-only\"", "\"next\":\"a longer and better one\"");
    }

    @Test
    void showsWhatThereIsAndWhatNeedsAPersonFirst() throws Exception {
        appliance().answerAsBusy();

        open();

        browser().awaitText("web-1");
        String page = browser().text();
        assertThat(page)
                .contains(
                        "Live",
                        "2 things need you.",
                        "Protected 2 of 4",
                        "64.0 GiB free, kept for maintenance: new points are refused",
                        "web-1 on host-1",
                        "600 ms goal 4.0 s",
                        "5 writes",
                        "position 3:120455",
                        "1 min 35 s goal 4.0 s",
                        "recovery store: 0 bytes are free; 412 MiB are needed.",
                        "Initial copy: 44 %, 5.4 GiB of 12.0 GiB",
                        "No point yet",
                        "erp-1 runs here, as a replica",
                        "Failed over, commit pending",
                        "Enable protection: mail-1",
                        "2 of 3: Copy the disks",
                        "Waiting to try again",
                        "Tried 2 times",
                        "silent for 1 min 13 s");
        assertThat(page.indexOf("db-1 on host-1")).isLessThan(page.indexOf("web-1 on host-1"));
        assertThat(appliance().complaints()).isEmpty();
    }

    private void changeStatus(UnaryOperator<String> change) {
        appliance().answer("GET /status", 200, change.apply(appliance().body("GET /status")));
    }

    @Test
    void saysWhenTheStoreWillBeFull() throws Exception {
        appliance().answerAsBusy();
        open();
        browser().awaitText("64.0 GiB free, kept for maintenance: new points are refused");

        changeStatus(status -> status.replace("\"storeIntakeStopped\": true", "\"storeIntakeStopped\": false")
                .replace("\"storeFullInMillis\": 0", "\"storeFullInMillis\": 79200000"));
        appliance().publish("store", "{\"alarm\":\"DAY\",\"freeBytes\":68719476736,\"fullInMillis\":79200000}");

        browser().awaitText("64.0 GiB free; full in 22 h 0 min at the present rate");
    }

    @Test
    void changesAppearByThemselvesAndALostLineIsSaid() throws Exception {
        appliance().answerAsBusy();
        open();
        browser().awaitText("600 ms");

        appliance()
                .publish(
                        "machine",
                        appliance().answered("GET /machines", 0).replace("\"rpoMillis\": 600", "\"rpoMillis\": 750"));
        browser().awaitText("750 ms");
        appliance().publish("machine-removed", "{\"machine\":\"6f1c2a34-0d7e-4f67-9f1e-2f8a52d0c9a3\"}");
        browser().awaitText("3 machines");

        appliance().endStreams();
        browser().awaitText("Not live: what you see may be old");
        browser().awaitText("Live");
    }

    @Test
    void figuresOfTheWholeFollowWhenAMachineChangesItsState() throws Exception {
        appliance().answerAsBusy();
        open();
        browser().awaitText("Protected 2 of 4");
        changeStatus(status -> status.replace(
                "\"phase\": \"PROTECTED\",\n   \"machines\": 2", "\"phase\": \"PROTECTED\", \"machines\": 1"));

        appliance().publish("machine", appliance().answered("GET /machines", 0).replace("\"PROTECTED\"", "\"PAUSED\""));

        browser().awaitText("Paused");
        browser().awaitText("Protected 1 of 3");
    }

    @Test
    void actionNamesItsMachineOwnsItsErrorAndAsksForForceOnlyWhenRefused() throws Exception {
        appliance().answerAsBusy();
        String machine = "/machines/6f1c2a34-0d7e-4f67-9f1e-2f8a52d0c9a0";
        appliance().answer("GET /machines", 200, "[" + appliance().answered("GET /machines", 0) + "]");
        appliance().answer("GET " + machine + "/points", "points.json");
        String refusal = "{\"code\":\"SOURCE_STILL_RUNNING\",\"message\":\"machine web-1: the source still runs\"}";
        appliance().answer("POST " + machine + "/failover", 409, refusal);
        open();
        browser().awaitText("web-1");
        browser().press(FIRST_MACHINE, "Details");
        browser().awaitText("before upgrade");
        browser().press(FIRST_MACHINE, "Failover");
        assertThat(browser().evaluate("document.querySelector('dialog').open")).isEqualTo("true");
        browser().awaitText("Failover: web-1");
        assertThat(browser().text()).contains("If you do nothing").doesNotContain("fail over all the same");

        browser().press("dialog", "Failover");
        assertThat(appliance().received("POST " + machine + "/failover"))
                .as("nothing is sent before the name was typed")
                .isEmpty();
        browser().type("Type web-1 to confirm", "web-1");
        browser().press("dialog", "Failover");
        browser().awaitText("machine web-1: the source still runs");
        browser().awaitText("fail over all the same");

        browser().evaluate("document.getElementById('force').click()");
        appliance().answer("POST " + machine + "/failover", 202, appliance().answered("GET /jobs", 2));
        browser().press("dialog", "Failover");
        browser().awaitTrue("document.querySelector('dialog') === null");
        assertThat(appliance().received("POST " + machine + "/failover"))
                .contains("\"point\":\"latest\",\"network\":\"isolated\",\"force\":true");
    }

    @Test
    void whatIsNotPossibleIsShownWithItsReason() throws Exception {
        appliance().answerAsBusy();
        open();
        browser().awaitText("web-1");
        browser().press("#machines li:nth-child(3)", "Details");
        browser().press("#machines li:nth-child(3)", "Not possible now, and why");

        browser().awaitText("Failover: The initial replication has not ended; there is no recovery point yet.");
    }

    @Test
    void saysHowAStreamIsCompressedAndWhy() throws Exception {
        appliance().answerAsBusy();
        open();
        browser().awaitText("web-1");
        browser().press("#machines li:nth-child(4)", "Details");

        browser().awaitText("Zstandard. It keeps up with what is written and stores least");
    }

    @Test
    void viewerSeesEverythingAndIsToldWhyNothingCanBeDone() throws Exception {
        appliance().answerAsBusy();
        appliance()
                .answer(
                        "GET /session",
                        200,
                        "{\"user\":\"olga\",\"role\":\"VIEWER\",\"passwordChangeRequired\":false}");
        open();
        browser().awaitText("web-1");
        browser().press(FIRST_MACHINE, "Details");

        browser().awaitText("Doing something needs an operator.");
        browser().awaitText("Making a recovery paper needs an administrator.");
        assertThat(
                        browser()
                                .evaluate(
                                        "[...document.querySelectorAll('.buttons button:not([hidden])')].every((each) => each.disabled)"))
                .isEqualTo("true");
    }

    @Test
    void recoveryPaperIsShownOnceAndPutIntoForceByALineOfIt() throws Exception {
        appliance().answerAsBusy();
        String lines = "1: 04W4-3NXA-0EZ5-4J2K\\n2: 0810-40G2-0810-4EXV\\n";
        appliance()
                .answer(
                        "POST /keys/paper",
                        200,
                        "{\"name\":\"9c41d7aa03be52\",\"lineToConfirm\":2,\"lines\":[],\"html\":\"\",\"text\":\"# Holdfast\\n"
                                + lines + "\"}");
        open();
        browser().awaitText("No machine can be protected before a recovery paper is confirmed.");
        browser().press("#keys", "Make a recovery paper");
        browser().awaitText("It takes effect when you type one line of it back.");
        assertThat(appliance().received("POST /keys/paper"))
                .as("nothing is made before somebody is ready")
                .isEmpty();

        browser().press("dialog", "Make and show it");
        browser().awaitText("2: 0810-40G2-0810-4EXV");
        assertThat(seenInPrint()).contains("0810-40G2-0810-4EXV").doesNotContain("web-1", "I have it on paper");
        browser().press("dialog", "I have it on paper");
        browser().awaitText("Line 2 of the paper");
        assertThat(browser().evaluate("document.documentElement.innerHTML"))
                .as("it is typed from paper, not from the page")
                .doesNotContain("04W4-3NXA");

        appliance()
                .answer(
                        "POST /keys/paper/confirm",
                        400,
                        "{\"code\":\"INVALID_ARGUMENT\",\"message\":\"line 2 of the recovery key: has a typing error\"}");
        browser().type("Line 2 of the paper", "0810-40G2-0810-4EXX");
        browser().press("dialog", "Put it into force");
        browser().awaitText("line 2 of the recovery key: has a typing error");

        appliance().answer("POST /keys/paper/confirm", 204, "");
        appliance()
                .answer(
                        "GET /keys",
                        200,
                        appliance()
                                .body("GET /keys")
                                .replace("\"recoveryKey\": \"\"", "\"recoveryKey\": \"9c41d7aa03be52\""));
        browser().type("Line 2 of the paper", "0810-40G2-0810-4EXV");
        browser().press("dialog", "Put it into force");
        browser().awaitText("A recovery paper is in force.");
        assertThat(browser().evaluate("document.querySelector('dialog')")).isEqualTo("null");
        assertThat(appliance().received("POST /keys/paper/confirm")).contains("{\"line\":\"0810-40G2-0810-4EXV\"}");
    }

    /** What would come out of the printer. */
    private String seenInPrint() throws InterruptedException {
        browser().show("print");
        String text = browser().text();
        browser().show("screen");
        return text;
    }

    @Test
    void paperThatIsLeftIsGoneFromThePage() throws Exception {
        appliance().answerAsBusy();
        appliance()
                .answer(
                        "POST /keys/paper",
                        200,
                        "{\"name\":\"9c41d7aa03be52\",\"lineToConfirm\":2,\"lines\":[],\"html\":\"\",\"text\":\"04W4-3NXA\"}");
        open();
        browser().awaitText("web-1");
        browser().press("#keys", "Make a recovery paper");
        browser().press("dialog", "Make and show it");
        browser().awaitText("04W4-3NXA");

        browser().press("dialog", "Leave all as it is");

        browser().awaitTrue("document.querySelector('dialog') === null");
        assertThat(browser().evaluate("document.documentElement.innerHTML")).doesNotContain("04W4-3NXA");
        assertThat(appliance().received("POST /keys/paper/confirm")).isEmpty();
    }

    @Test
    void saysHonestlyThatThereIsNothingYet() throws Exception {
        appliance().answerAsBusy();
        appliance().answer("GET /machines", 200, "[]");
        appliance().answer("GET /jobs", 200, "[]");
        appliance().answer("GET /agents", 200, "[]");
        open();

        browser().awaitText("No machine is protected yet.");
        assertThat(browser().text())
                .contains("holdfastctl protect", "No job has been started yet.", "No agent has enrolled yet.");
    }

    @Test
    void sessionThatEndsLeadsToTheSignIn() throws Exception {
        appliance().answerAsBusy();
        appliance().answer("GET /setup", 200, "{\"administratorReady\":true}");
        open();
        browser().awaitText("web-1");
        appliance().answer("GET /session", 401, NOBODY);
        appliance().answer("GET /machines/6f1c2a34-0d7e-4f67-9f1e-2f8a52d0c9a1/points", 401, NOBODY);

        browser().press(FIRST_MACHINE, "Details");

        browser().awaitText("Sign in to Holdfast");
    }

    @Test
    void everythingHasANameForWhoCannotSeeIt() throws Exception {
        appliance().answerAsBusy();
        open();
        browser().awaitText("web-1");

        assertThat(
                        browser()
                                .evaluate(
                                        "[...document.querySelectorAll('input, progress')].filter((each) => !each.ariaLabel && !each.labels.length).length"))
                .isEqualTo("0");
        assertThat(browser()
                        .evaluate(
                                "[...document.querySelectorAll('button')].filter((each) => !each.textContent).length"))
                .isEqualTo("0");
        assertThat(
                        browser()
                                .evaluate(
                                        "[...document.querySelectorAll('img')].filter((each) => !each.hasAttribute('alt')).length"))
                .isEqualTo("0");
        assertThat(browser()
                        .evaluate(
                                "[...document.querySelectorAll('[aria-labelledby], [aria-describedby], [aria-controls]')]"
                                        + ".flatMap((each) => ['aria-labelledby', 'aria-describedby', 'aria-controls'].map((name) => each.getAttribute(name)))"
                                        + ".filter((id) => id && !document.getElementById(id)).join()"))
                .isEmpty();
        assertThat(
                        browser()
                                .evaluate(
                                        "['h1', 'main', 'nav', 'header'].filter((tag) => document.querySelectorAll(tag).length !== 1).join()"))
                .isEmpty();
    }
}
