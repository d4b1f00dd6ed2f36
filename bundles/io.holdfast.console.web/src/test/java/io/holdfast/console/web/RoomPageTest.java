package io.holdfast.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The room of the store and of each machine, and what is kept, in a real browser against a fake appliance. */
@EnabledIf("io.holdfast.console.web.Browser#isInstalled")
class RoomPageTest extends PageTestKit {

    private static final String FULL =
            "\"intakeStopped\": true, \"fullInMillis\": 0, \"reachMillis\": 7257600000, \"alarm\": \"INTAKE_STOPPED\"";
    private static final String WEB = "#machines li:nth-child(4)";
    private static final String RETENTION = "/machines/6f1c2a34-0d7e-4f67-9f1e-2f8a52d0c9a0/retention";
    private static final String AWAY = "{\"code\":\"NETWORK\",\"message\":\"recovery store: is not there\"}";
    private static final String STORED = "{\"alarm\":\"WEEK\",\"freeBytes\":412316860416,\"fullInMillis\":432000000}";

    @BeforeEach
    void answer() throws IOException, InterruptedException {
        browser().widen(1280);
        appliance().answerAsBusy();
        appliance().answer("GET " + RETENTION, "retention.json");
        appliance().answer("GET " + RETENTION.replace("/retention", "/points"), "points.json");
    }

    private void answerSpace(String outlook) throws IOException {
        appliance().answer("GET /space", "space.json");
        appliance().answer("GET /space", 200, appliance().body("GET /space").replace(FULL, outlook));
    }

    private String textOf(String selector) throws InterruptedException {
        return browser()
                .evaluate("document.querySelector('" + selector + "').innerText")
                .replaceAll("\\s+", " ");
    }

    private void openWeb() throws Exception {
        open();
        browser().awaitText("web-1");
        browser().press(WEB, "Details");
        browser().awaitText("Every point");
    }

    private void openForm() throws Exception {
        openWeb();
        browser().press(WEB, "Change what is kept");
        browser().awaitText("What is kept: web-1");
    }

    @Test
    void eachMachineShowsWhatItsHistoryTakesAndTheStoreWhoTakesWhat() throws Exception {
        answerSpace(
                "\"intakeStopped\": false, \"fullInMillis\": 1036800000, \"reachMillis\": 7257600000, \"alarm\": \"NONE\"");

        open();
        browser().awaitText("3 histories");

        assertThat(textOf(WEB)).contains("Room in the store 50.0 GiB live 49.0 GiB, reclaimable 1.0 GiB");
        assertThat(textOf("#machines li:nth-child(3)")).contains("mail-1", "Room in the store None yet");
        assertThat(textOf("#store"))
                .contains(
                        "New points are refused in 12 days at the present rate",
                        "Free 64.0 GiB of 4.0 TiB",
                        "Reserve 64.0 GiB of what is free, kept for maintenance",
                        "Growth 26.7 GiB a day",
                        "Machine History Live Reclaimable Intake a day db-1 1.2 TiB 1.1 TiB 102 GiB 20.0 GiB"
                                + " web-1 50.0 GiB 49.0 GiB 1.0 GiB 2.0 GiB"
                                + " 0a4e9d10-51b7-4c1f-8a53-7a8f4f1f3c55 not protected any more 9.0 GiB 9.0 GiB 0 B 0 B");
        assertThat(appliance().complaints()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "false, , 0, NONE, How long there is room is not known yet, idle",
        "false, , 7257600000, NONE, There is room for more than 84 days at the present rate, good",
        "false, 432000000, 7257600000, WEEK, New points are refused in 5 days at the present rate, warn",
        "false, 79200000, 7257600000, DAY, New points are refused in 22 h 0 min at the present rate, warn",
        "false, 2400000, 3600000, HOUR, New points are refused in 40 min 0 s at the present rate, bad",
        "true, 0, 7257600000, INTAKE_STOPPED, New points are refused: what is free is kept for maintenance, bad"
    })
    void saysHowLongThereIsRoomAndWhatIsNotKnown(
            boolean stopped, @Nullable String full, long reach, String alarm, String words, String tone)
            throws Exception {
        String fullIn = full == null ? "" : "\"fullInMillis\": " + full + ", ";
        answerSpace("\"intakeStopped\": " + stopped + ", " + fullIn + "\"reachMillis\": " + reach + ", \"alarm\": \""
                + alarm + "\"");

        openWeb();

        browser().awaitText(words);
        assertThat(textOf("#store")).contains(words);
        assertThat(browser().evaluate("document.querySelector('#store .badge').dataset.tone"))
                .isEqualTo(tone);
        assertThat(textOf(WEB)).contains("Store 320 GiB left for new points. " + words);
        if (reach == 0) {
            assertThat(textOf("#store")).contains("Growth not known yet");
        }
    }

    @Test
    void whatIsSaidOfTheStoreIsReadAnewWhenItsAlarmChanges() throws Exception {
        open();
        browser().awaitText("New points are refused: what is free is kept for maintenance");

        answerSpace(
                "\"intakeStopped\": false, \"fullInMillis\": 432000000, \"reachMillis\": 7257600000, \"alarm\": \"WEEK\"");
        appliance().publish("store", STORED);

        browser().awaitText("New points are refused in 5 days at the present rate");
    }

    @Test
    void storeThatIsAwayIsSaidAndNothingIsMadeUp() throws Exception {
        appliance().answer("GET /space", 502, AWAY);
        open();

        browser().awaitText("recovery store: is not there");
        assertThat(textOf(WEB)).contains("Room in the store Unknown");
        assertThat(textOf("#store")).isEqualTo("Store recovery store: is not there");

        appliance().answer("GET /space", "space.json");
        appliance().publish("store", STORED);
        browser().awaitText("3 histories");
        assertThat(textOf("#store")).doesNotContain("is not there");

        appliance().answer("GET /space", 502, AWAY);
        appliance().publish("store", STORED);
        browser().awaitText("recovery store: is not there What is shown is older.");
        assertThat(textOf(WEB)).contains("Room in the store 50.0 GiB");
    }

    @Test
    void storeWithoutHistoriesSaysSo() throws Exception {
        appliance().answer("GET /machines", 200, "[]");
        appliance()
                .answer(
                        "GET /space",
                        200,
                        "{\"sizeBytes\":4398046511104,\"freeBytes\":4398046511104,\"reserveBytes\":68719476736,\"intakeStopped\":false,"
                                + "\"growthBytesPerDay\":0,\"reachMillis\":0,\"alarm\":\"NONE\",\"machines\":[]}");
        open();

        browser().awaitText("No history is kept yet.");
        assertThat(browser().evaluate("document.querySelector('#store table').hidden"))
                .isEqualTo("true");
    }

    @Test
    void openedMachineShowsWhatIsKeptAndWhatWaitsForTheColdTier() throws Exception {
        openWeb();

        assertThat(textOf(WEB))
                .contains(
                        "History 50.0 GiB Live 49.0 GiB, what kept points need Reclaimable 1.0 GiB, what cleaning has left for now",
                        "Intake 2.0 GiB a day; the store has room for 160 days of this machine alone",
                        "Every point 168 hours (7 days)",
                        "First of each hour for 336 hours, day for 60 days, week for 26 weeks",
                        "Named points for ever",
                        "Lock 72 hours (3 days)",
                        "Cold tier after 720 hours (30 days), 60 minutes of processor time a day; 20.0 GiB wait, for 60 minutes");
    }

    @Test
    void machineWithoutAHistorySaysSoAndOffersNoChange() throws Exception {
        appliance()
                .answer(
                        "GET " + RETENTION,
                        404,
                        "{\"code\":\"NOT_FOUND\",\"message\":\"machine web-1: has no history\"}");
        open();
        browser().awaitText("web-1");
        browser().press(WEB, "Details");

        browser().awaitText("No history is kept of this machine.");
        assertThat(textOf(WEB)).doesNotContain("Change what is kept");
    }

    @Test
    void whatIsKeptIsChangedAsAWholeAndOnlyAfterTheNameWasTyped() throws Exception {
        openForm();
        assertThat(browser().text())
                .contains(
                        "gone for good",
                        "If you do nothing, all stays as it is.",
                        "Now 20.0 GiB wait, which will take 60 minutes.");
        browser().type("Every point, for hours", "240");
        browser().type("Year, for years", "5");
        browser().type("From an age of hours", "48");
        browser().type("Processor minutes a day", "0");

        browser().press("dialog", "Keep this from now on");
        assertThat(appliance().received("PUT " + RETENTION))
                .as("nothing is sent before the name was typed")
                .isEmpty();
        browser().type("Type web-1 to confirm", "web-1");
        appliance()
                .answer(
                        "PUT " + RETENTION,
                        200,
                        appliance()
                                .body("GET " + RETENTION)
                                .replace("\"fullDensityHours\": 168", "\"fullDensityHours\": 240")
                                .replace("\"coldMinutes\": 60", "\"coldMinutes\": 0"));
        browser().press("dialog", "Keep this from now on");

        browser().awaitTrue("document.querySelector('dialog') === null");
        assertThat(appliance().received("PUT " + RETENTION))
                .contains("{\"fullDensityHours\":240,\"hourly\":336,\"daily\":60,\"weekly\":26,\"yearly\":5,"
                        + "\"markersHours\":876600,\"lockHours\":72,\"coldHours\":48,\"coldMinutes\":0}");
        assertThat(textOf(WEB)).contains("Every point 240 hours (10 days)", "Cold tier none");
    }

    @ParameterizedTest
    @CsvSource({
        "Processor minutes a day, 1441, 400, INVALID_ARGUMENT, coldMinutes, coldMinutes: 1441; expected 0 to 1440, 1441",
        "'Hour, for hours', -1, 400, INVALID_ARGUMENT, hourly, hourly: -1; expected 0 to 10000, -1",
        "'Lock, in hours', 1, 409, RETENTION_LOCKED, retention lock, retention lock of machine web-1: is locked, ''"
    })
    void whatTheStoreRefusesIsNamedAndTheFormStays(
            String label, String value, int status, String code, String object, String message, String marked)
            throws Exception {
        openForm();
        browser().type(label, value);
        browser().type("Type web-1 to confirm", "web-1");
        appliance()
                .answer(
                        "PUT " + RETENTION,
                        status,
                        "{\"code\":\"" + code + "\",\"object\":\"" + object + "\",\"message\":\"" + message + "\"}");

        browser().press("dialog", "Keep this from now on");

        browser().awaitText(code + " " + message);
        assertThat(browser()
                        .evaluate("[...document.querySelectorAll('dialog input')].some((each) => each.value === '"
                                + value + "')"))
                .isEqualTo("true");
        assertThat(
                        browser()
                                .evaluate(
                                        "[...document.querySelectorAll('[aria-invalid=true]')].map((each) => each.value).join()"))
                .isEqualTo(marked);
    }

    @ParameterizedTest
    @CsvSource({"VIEWER", "OPERATOR"})
    void whoMayNotChangeWhatIsKeptSeesItAndIsToldWhy(String role) throws Exception {
        appliance()
                .answer(
                        "GET /session",
                        200,
                        "{\"user\":\"olga\",\"role\":\"" + role + "\",\"passwordChangeRequired\":false}");
        openWeb();

        assertThat(textOf(WEB)).contains("Changing what is kept needs an administrator.");
        assertThat(
                        browser()
                                .evaluate(
                                        "[...document.querySelectorAll('button')].find((each) => each.textContent === 'Change what is kept').disabled"))
                .isEqualTo("true");
    }

    @ParameterizedTest
    @CsvSource({"1280", "390"})
    void everythingFitsTheWindowAndEveryFieldHasAName(int pixels) throws Exception {
        browser().widen(pixels);
        openForm();

        assertThat(browser().evaluate("document.documentElement.scrollWidth <= " + pixels))
                .isEqualTo("true");
        assertThat(
                        browser()
                                .evaluate(
                                        "(() => { const dialog = document.querySelector('dialog'); return dialog.scrollWidth <= dialog.clientWidth; })()"))
                .isEqualTo("true");
        assertThat(
                        browser()
                                .evaluate(
                                        "[...document.querySelectorAll('dialog input')].filter((each) => !each.labels.length).length"))
                .isEqualTo("0");
    }
}
