// How things are called and written. One place, so that the console says the same thing everywhere.

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

export function bytes(count) {
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

export function duration(millis) {
  if (millis < 1_000) {
    return `${Math.round(millis)} ms`;
  }
  if (millis < 60_000) {
    return `${(millis / 1_000).toFixed(millis < 10_000 ? 1 : 0)} s`;
  }
  const minutes = Math.floor(millis / 60_000);
  if (minutes < 60) {
    return `${minutes} min ${Math.floor((millis % 60_000) / 1_000)} s`;
  }
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}

/** How much more is taken each day; less is said with a minus. */
export const growth = (bytesPerDay) => `${bytesPerDay < 0 ? '−' : ''}${bytes(Math.abs(bytesPerDay))} a day`;

const ALARM_TONES = { NONE: 'good', WEEK: 'warn', DAY: 'warn', HOUR: 'bad', INTAKE_STOPPED: 'bad' };

/** How long new points have room, in words that do not hide what is not known. */
export function outlook(space) {
  const tone = ALARM_TONES[space.alarm];
  if (space.intakeStopped) {
    return { text: 'New points are refused: what is free is kept for maintenance', tone };
  }
  if (space.fullInMillis !== undefined) {
    return { text: `New points are refused in ${duration(space.fullInMillis)} at the present rate`, tone };
  }
  if (space.reachMillis === 0) {
    return { text: 'How long there is room is not known yet', tone: 'idle' };
  }
  return { text: `There is room for more than ${duration(space.reachMillis)} at the present rate`, tone };
}

const two = (number) => String(number).padStart(2, '0');

/** A moment, in the reader's time zone. */
export function moment(millis) {
  const at = new Date(millis);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return day === today() ? time : `${day} ${time}`;
}

function today() {
  const now = new Date();
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

export const count = (number, one, many) => `${number.toLocaleString('en')} ${number === 1 ? one : many}`;

/** What the ways into a replica are called. */
export const CONNECTIONS = {
  qmp: 'QEMU monitor',
  qmpOob: 'QEMU monitor, out of band',
  consoleSocket: 'Serial console',
  consoleLog: 'Log of the serial console',
};

export const CODECS = { NONE: 'None', LZ4: 'LZ4', ZSTANDARD: 'Zstandard' };

/** Name and tone of each phase of a protection. */
export const PHASES = {
  ENABLING: ['Enabling', 'busy'],
  INITIAL_REPLICATION: ['Initial replication', 'busy'],
  FINALIZING: ['Finalizing', 'busy'],
  PROTECTED: ['Protected', 'good'],
  MARKED_FOR_RESYNCHRONISATION: ['Marked for resynchronisation', 'warn'],
  RESYNCHRONISING: ['Resynchronising', 'busy'],
  PAUSED: ['Paused', 'warn'],
  FAILING_OVER: ['Failing over', 'busy'],
  COMMIT_PENDING: ['Failed over, commit pending', 'warn'],
  CANCELLING_FAILOVER: ['Cancelling the failover', 'busy'],
  COMMITTING: ['Committing the failover', 'busy'],
  COMMITTED: ['Failed over', 'good'],
  UNPROTECTING: ['Ending protection', 'busy'],
  UNPROTECTED: ['Not protected', 'idle'],
};

export const DRILLS = {
  STARTING: 'Test failover starting',
  RUNNING: 'Test failover running',
  CLEANING_UP: 'Test failover being cleaned up',
};

/** Name and tone of each state of a job. */
export const JOB_STATES = {
  RUNNING: ['Running', 'busy'],
  RETRYING: ['Waiting to try again', 'warn'],
  SUCCEEDED: ['Done', 'good'],
  FAILED: ['Failed', 'bad'],
  CANCELLED: ['Cancelled', 'idle'],
};

export const OPERATIONS = {
  PAUSE: 'Pause',
  RESUME: 'Resume',
  MARK: 'Mark a point',
  RESYNCHRONISE: 'Resynchronise',
  TEST_FAILOVER: 'Test failover',
  CLEAN_UP_TEST_FAILOVER: 'Clean up test failover',
  FAILOVER: 'Failover',
  CANCEL_FAILOVER: 'Cancel failover',
  COMMIT_FAILOVER: 'Commit failover',
  UNPROTECT: 'End protection',
};

/** How old the newest recovery point is, in words that do not hide what is missing. */
export function rpo(machine) {
  const replication = machine.replication;
  if (!machine.latestPoint) {
    return { text: 'No point yet', tone: 'idle' };
  }
  if (['COMMIT_PENDING', 'COMMITTING', 'COMMITTED', 'UNPROTECTED', 'FAILING_OVER'].includes(machine.protection.phase)) {
    return { text: 'Not replicating', tone: 'idle' };
  }
  if (!replication) {
    return { text: 'Unknown', tone: 'warn' };
  }
  return { text: duration(replication.rpoMillis), tone: replication.rpoGoalMet ? 'good' : 'bad' };
}

/** What a point is called in lists. */
export function point(value) {
  return `${moment(value.utcMillis)}${value.label ? ` “${value.label}”` : ''}`;
}
