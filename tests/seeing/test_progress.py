"""When a worker counts as stalled, and when it does not."""

from streams.seeing import Progress, Where

LIMIT = 10.0


def after(seconds: int, progress: Progress, *looks: dict[str, Where], begin: float = 100.0) -> Progress:
    """Let so many seconds go by, looking at each one of these in turn."""
    for second in range(seconds):
        progress.looked(looks[min(second, len(looks) - 1)])
        progress.step(begin + second)
    return progress


def test_records_waiting_and_nothing_moving_is_a_stall() -> None:
    progress = after(13, Progress(LIMIT), {"raw[0]": Where(5, 9, 0, 5), "raw[1]": Where(7, 7, 0, 7)})
    assert progress.stalled == "raw[0] has 4 records waiting and did not move for 12 s"
    assert progress.stuck == 12


def test_nothing_waiting_is_none() -> None:
    assert after(1000, Progress(LIMIT), {"raw[0]": Where(9, 9, 0, 9)}).stalled is None


def test_records_that_were_fetched_and_are_never_done_are_one() -> None:
    assert after(13, Progress(LIMIT), {"raw[0]": Where(9, 9, 3, 6)}).stalled is not None


def test_a_client_that_does_not_find_its_position_is_one() -> None:
    assert after(13, Progress(LIMIT), {"raw[0]": Where(None, None)}).stalled is not None


def test_whatever_moves_gets_on() -> None:
    looks = [{"raw[0]": Where(second, 1000, 0, second)} for second in range(40)]
    assert after(40, Progress(LIMIT), *looks).stalled is None


def test_partitions_that_wait_for_their_turn_while_others_are_worked_on_are_no_stall() -> None:
    progress = Progress(LIMIT)
    for second in range(100):
        progress.looked({"raw[0]": Where(second, 1000, 0, second), "raw[1]": Where(0, 50)})
        progress.begin(100 + second)
        progress.end(100 + second + 0.95)
        progress.step(101 + second)
    assert progress.stalled is None


def test_a_partition_that_does_not_move_while_others_have_little_to_do_is_one() -> None:
    progress = Progress(LIMIT)
    for second in range(13):
        progress.looked({"raw[0]": Where(second, second, 0, second), "raw[1]": Where(0, 50)})
        progress.begin(100 + second)
        progress.end(100 + second + 0.05)
        progress.step(101 + second)
    assert progress.stalled is not None


def test_one_long_record_is_not_judged_here() -> None:
    progress = Progress(LIMIT)
    progress.looked({"raw[0]": Where(1, 9, 1, 0)})
    progress.step(100)
    progress.begin(100)
    for second in range(300):
        progress.step(101 + second)
    assert progress.stalled is None
    progress.end(400)
    progress.looked({"raw[0]": Where(1, 9, 0, 1)})
    assert progress.stuck == 0


def test_a_consumer_that_nothing_is_heard_of_is_one() -> None:
    progress = after(1, Progress(LIMIT), {})
    for second in range(12):
        progress.step(101 + second)
    assert progress.stalled == "nothing was heard of its consumer for 12 s"


def test_a_worker_that_has_not_joined_yet_is_none() -> None:
    progress = Progress(LIMIT)
    for second in range(100):
        progress.step(second)
    assert progress.stalled is None


def test_a_process_that_was_frozen_did_not_stall_meanwhile() -> None:
    progress = after(3, Progress(LIMIT), {"raw[0]": Where(5, 9)})
    progress.step(10_000)
    assert progress.stalled is None


def test_a_broker_that_does_not_say_the_end_leaves_it_as_it_was() -> None:
    known, unknown = {"raw[0]": Where(5, 9, 0, 5)}, {"raw[0]": Where(5, None, 0, 5)}
    assert after(13, Progress(LIMIT), known, unknown).stalled is not None
    assert after(13, Progress(LIMIT), {"raw[0]": Where(9, 9)}, {"raw[0]": Where(9, None)}).stalled is None


def test_partitions_that_are_taken_away_are_forgotten() -> None:
    progress = after(8, Progress(LIMIT), {"raw[0]": Where(5, 9)})
    progress.looked({"raw[1]": Where(9, 9)})
    progress.step(200)
    assert progress.stuck <= 2
