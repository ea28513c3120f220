"""What the department's staff see."""

from tests.texts import Texts


class Panel(Texts, of="panel menu"):
    """The panel, and what every screen under it has."""

    HEADING = "Рабочий стол управления"
    CONTROL = "Кто ответил"
    REQUESTS = "Разовые вопросы"
    ANNOUNCEMENTS = "Объявления"
    DIRECTIVES = "План года"
    PEOPLE = "Люди"
    REPORTS = "Отчёты"
    JOURNAL = "Журнал"
    THREADS = "Обращения"
    STAFF = "Сотрудники"
    BACK = "‹ Назад"
    TO_PANEL = "‹ Рабочий стол"
    STAFF_ONLY = "для сотрудников управления"
    NO_ACCESS = "больше нет доступа"


class Recipients(Texts, of="audience common"):
    """Whom something goes to."""

    TO = "Кому"
    ALL = "Все организации"
    ALL_MINE = "Все мои организации"
    BY_TYPE = "По типам"
    BY_HAND = "Выбрать организации"
    UNANSWERED = "Не ответившие на запрос"
    UNANSWERED_LINE = "не ответившие на запрос"
    UNACKNOWLEDGED = "Не ознакомившиеся с объявлением"
    DONE = "Готово"
    NOTHING_FOUND = "ничего не нашлось"
    NO_REQUESTS = "Открытых запросов нет"
    NOT_CHANGEABLE = "ничего не изменить"
    NOT_OFFERED = "Этого выбора больше нет"
    FITS_NONE = "не подходит ни одна организация"
    TAGGED = "с меткой"


class Announcements(Texts, of="composing source approving broadcast arrivals"):
    """An announcement is composed, sent and followed."""

    NEW = "Новое объявление"
    HEADING = "Объявление"
    IS_DRAFT = "черновик"
    IS_LEAVING = "отправляется"
    IS_SENT = "отправлено"
    ALREADY_SENT = "уже отправлено"
    TO = "Кому"
    WHEN = "Когда"
    NEWCOMERS = "Новым людям"
    NOT_TO_NEWCOMERS = "⚠️ Это раньше отправки: новым людям оно не придёт"
    FOR_THOSE_OF_NOW = "⚠️ Новым людям оно не придёт: оно только тем, кто чего-то не сделал"
    FOR_A_WEEK = "Неделя"
    RECIPIENTS = "Получат"
    LEFT_TO_SAY = "Осталось"
    TRY = "Проверить на себе"
    SEND = "Отправить"
    SURELY_SEND = "Да, отправить"
    SURELY_PLAN = "Да, запланировать"
    FOR_CONSENT = "На согласование"
    KEEP_BACK = "Отменить отправку"
    KEPT_BACK = "Отправка объявления отменена"
    ON_CONSENT = "Объявление на согласование"
    ASKED_NO_MORE = "Согласовывать не нужно"
    REPEATED = "Уже отправлено ещё раз"
    CHANGED_SINCE = "Изменено с прошлого раза"
    CONSENT = "Согласовать"
    RETURN = "Вернуть"
    DECIDED = "уже рассмотрено"
    WORDS_REPLACED = "Ваше исправление больше не ждёт согласования"
    WORDS_WAIT = "Исправление ждёт согласования"
    REPLACE = "Заменить сообщение"
    CORRECT = "Исправить текст"
    CORRECTED_MEANWHILE = "текст тем временем исправлен"
    DELETE = "Удалить"
    DELETE_EVERYWHERE = "Удалить у всех"
    DELETED = "удалено у всех"
    GONE = "больше нет"
    CANNOT_COPY = "не даёт разослать"
    NOTHING_TO_SEND = "Исходное сообщение удалено, отправить нечего."
    PAUSE = "Пауза"
    RESUME = "Продолжить"
    STOP = "Остановить"
    SENT = "Отправлено"
    ENDED = "уже закончилась"
    TO_ANNOUNCEMENT = "К объявлению"
    WORDS_STAY = "Правка слов никому не отправлена"
    ACKNOWLEDGE = "Ознакомлен"
    ACKNOWLEDGED = "✅ Ознакомлен"
    BY_BUTTON = "Чтобы отметить, что вы ознакомлены, нажмите кнопку."
    PLEASE_CONFIRM = "Просим подтвердить"
    MISSED = "Не дошло"
    NOT_YET = "ещё не отправлено"
    AGAIN = "Ещё раз не ознакомившимся"
    WENT_TO_NOBODY = "никому не ушло"
    RETRY = "Отправить тем, до кого не дошло"


class Summed(Texts, of="sums reports"):
    """What a territory's organizations have answered, proposed to their department."""

    RETURNED = "На доработке"
    NOT_ASKED_YET = "ещё не спрашивали"
    NOBODY = "Организаций этой территории об этом пока не спрашивали"
    NONE = "Чисел для суммы пока нет"
    UNCOUNTED = "В итог не вошли ответы на доработке и снятых с контроля"


class Control(Texts, of="common control round_table together answer standing"):
    """Open and closed rounds, what was answered, and decisions about it."""

    DUE = "Срок"
    OPEN = "Открытые запросы"
    NONE_OPEN = "Открытых запросов нет"
    NO_ROUND = "отозван или больше не в вашем ведении"
    ENDED = "Завершённые"
    CLOSED = "Приём ответов завершён"
    ANSWERED = "Ответили"
    UNANSWERED = "Не ответили"
    SEEN = "Ознакомлен"
    REPORTED = "Представлено"
    TO_REVIEW = "На проверке"
    NOT_REACHED = "Не дошло"
    AS_TABLE = "Таблицей в чате"
    HISTORY = "История"
    SHOW = "Открыть"
    TO_ANSWER = "К ответу"
    ACCEPT = "Принять"
    FOLLOWING = "Следующий"
    ACCEPT_ALL = "Принять все"
    RETURN = "Вернуть"
    WHAT_TO_CORRECT = "Что нужно исправить?"
    EXCUSE = "Снять с контроля"
    EXCUSE_UNANSWERED = "Снять с контроля не ответивших"
    UNDO = "Отменить решение"
    AS_IT_IS_NOW = "вот как сейчас"
    LOCAL = "местное"
    FORMER = "Время — прежней территории"
    REMIND = "Напомнить"
    REMIND_AGAIN = "Напомнить ещё раз"
    ALREADY_REMINDED = "Уже напоминали"
    REMINDING = "Напоминание отправляется"
    REMINDER_LEAVES = "Напоминание уйдёт"
    ALL_ANSWERED = "все уже ответили"
    EXTEND = "Продлить"
    EXTEND_ALL = "Продлить срок всем"
    EXTENDED = "Срок продлён"
    NEW_DUE = "Новый срок"
    THREE_DAYS = "3 рабочих дня"
    NOT_OURS = "Не относится к нам"
    CANCEL = "Отмена"


class Missed(Texts, of="missed"):
    """Rounds that the bot slept through."""

    HEADING = "бот не работал"
    OPEN = "Открыть сейчас"
    LEAVE = "Не открывать"
    DECIDED = "уже принято решение"


class Extensions(Texts, of="extensions extension digest"):
    """Heads ask for more time."""

    HEADING = "Просьбы о продлении"
    ASKED = "Просят продлить"
    EXTEND = "Продлить до"
    EXTENDED = "Срок продлён"
    NEW_DUE = "Новый срок"
    REFUSE = "Отказать"
    REASON = "Причина"


class Entering(Texts, of="entering"):
    """Answers come from a table."""

    ENTER = "Внести ответы"
    ENTER_BUTTON = "Внести ответы из таблицы"
    HEADING = "Ответы из таблицы"
    DAMAGED = "Нужна книга Excel"
    NEEDS_FILE = "Нужен файл"
    NO_MARKS = "служебных пометок"
    CHANGED_MEANWHILE = "тем временем изменились"
    NOT_YOURS = "запросов нет, или они вне ваших полномочий"
    UNCHANGED = "Изменений нет"
    BY_THE_BOT = "Заполняет сам бот, из таблицы не взято"
    CANCEL = "Отмена"
    LEFT_OUT = "не будет внесено"


class OnBehalf(Texts, of="on_behalf answer"):
    """An answer that was phoned in."""

    ANSWER = "Ответить за организацию"
    CORRECT = "Исправить за организацию"
    HEADING = "Ответ за организацию"
    LEAVE = "‹ Не отвечать"
    ENTERED = "Ответ внесён. Руководителю сообщим"


class Digest(Texts, of="digest alarm"):
    """The morning's news for the staff."""

    HEADING = "Сводка"
    PANEL = "Рабочий стол"
    NOT_SAVED = "Резервная копия сегодня не сделана"
    UNKNOWN_WORDS = "отказал незнакомыми боту словами"
    DUE = "Срок"
    UNMENDED = "Не исправлено в срок"
    UNREACHED = "Сообщения не доходят"
    APPLICATIONS = "Заявки на регистрацию"


class Directives(Texts, of="directives"):
    """Directives, and when they are asked."""

    DIRECTIVE = "Поручение"
    RECIPIENTS = "Получат"
    DUE = "Срок"
    ANSWERED = "Ответили"
    SUSPEND = "Приостановить"
    OPEN_NOW = "Открыть сейчас"
    SURE = "Открыть запрос сейчас?"
    OPEN = "Открыть"
    ALREADY_OPEN = "уже открыт"
    ON_SCHEDULE = "По графику"
    UPCOMING = "Ближайшие запросы"
    LAST = "Последний запрос"
    RELOAD = "Обновить с сервера"
    GONE = "больше нет"
    CANCEL = "Отмена"


class Reloading(Texts, of="reloading"):
    """Files of the catalog are read again."""

    DIRECTIVE = "Поручение"
    CHANGES = "В файлах изменения"
    READ_AGAIN = "Файлы перечитаны: изменений нет."
    NOTHING_CHANGED = "Ничего не изменилось"
    DECIDED = "больше не ждёт решения"
    APPLY = "Применить"
    CANCEL = "Отмена"


class Journal(Texts, of="journal"):
    """Who did what, and when."""

    SPAN = "Период"
    DIRECTIVE = "Поручение"
    WHAT = "Что сделано"
    EMPTY = "Записей нет."
    DOWNLOAD = "Скачать таблицей"
    TODAY = "сегодня"
    WEEK = "неделя"
    ACTION = "Действие"
    OPENED = "Запрос открыт"
    REMOVED = "Организация исключена из списка"
    CONFIRMED = "Регистрация подтверждена"
    FOUND_BY = "По запросу"
    NOTHING_FOUND = "ничего не нашлось"


class Importing(Texts, of="importing roster roster_faults"):
    """The list of organizations comes from a table."""

    UPLOAD = "Загрузить список"
    IS_IT_A_LIST = "список организаций?"
    COMPARE = "Да, сравнить"
    NO = "Нет"
    APPLY = "Применить"
    CANCEL = "Отмена"
    DECIDED = "уже внесён или отменён"
    EMPTY = "Файл пуст"
    NEEDS_FILE = "Нужен файл"
    UNCHANGED = "не изменён"
    NO_CHANGES = "Изменений нет, в списке"
    REMOVED = "Отключаются"
    NO_NAME = "Нет названия. Впишите его или удалите строку"
    LISTED_NOW = "Была введена вручную, теперь в списке"
    NO_HEADING = "Нет строки заголовков"
    NO_COLUMN = "Среди заголовков нет столбца"
    BY_NAMES = "Определить по названиям"
    BY_HINTS = "Всё так и есть, заменить"
    LEFT_OUT = "Не учтено"
    HIDDEN = "В таблице скрыты строки:"
    COUNT = "Учитывать"
    SKIP = "Пропустить"
    RENAMED = "Возможно, переименованы"
    SAME = "та же"
    OTHER = "другая"
    WHO_LEAVES = "Кто отключается"
    CHANGED_MEANWHILE = "тем временем изменился"


class People(Texts, of="people"):
    """Organizations and who sits there."""

    ALL = "Все организации"
    VACANT = "Без руководителя"
    UNREACHED = "Сообщения не доходят"
    NOTHING_FOUND = "ничего не нашлось"
    OPEN_REQUESTS = "Открытые запросы"
    VACATE = "Освободить"
    SURELY_VACATE = "Освободить место?"
    CHANGE_HEAD = "Сменить руководителя"
    GONE = "нет в списке"
    ANSWERS_FILE = "Ответы файлом"
    FOUND_BY = "По запросу"
    STAFF = "Сотрудники"


class Invitations(Texts, of="invitations"):
    """Links that seat somebody."""

    HEADING = "Приглашения"
    WHERE_VACANT = "Где нет руководителя"
    CHANGED_MEANWHILE = "тем временем изменился"


class LinkList(Texts, of="links people registration staff"):
    """Links that can be used still, and whom they would unseat."""

    OPEN = "Открытые ссылки"
    RECALL = "Отозвать"
    RECALL_ALL = "Отозвать все"
    RECALL_NOW = "Отозвать"
    SURE = "Отозвать"
    BY_COMMAND = "из командной строки"
    TAKEN = "подтвердит замену"
    NOT_CONFIRMED = "не подтвердило замену"
    DECIDED = "Уже решено"
    GIVEN = "Вошли по ссылке"
    ASKED = "По ссылке просят"
    CONFIRM = "Подтвердить"
    REFUSE = "Отказать"
    GONE = "больше нет"


class Applications(Texts, of="registrations"):
    """Registrations wait for a decision."""

    HEADING = "Заявка на регистрацию"
    LIST = "Заявки на регистрацию"
    CONFIRM = "Подтвердить"
    CONFIRM_SECOND = "Подтвердить вторым руководителем"
    CONFIRM_INSTEAD = "Подтвердить вместо"
    REFUSE = "Отклонить"
    DECIDED = "уже рассмотрена"
    REVOKED = "отозвана"
    HEAD_CHANGED = "руководитель там сменился"
    ALIEN_LETTERS = "среди русских букв есть чужие"


class Staff(Texts, of="staff"):
    """Who works in the department, and their limits."""

    CREATE_LINK = "Создать ссылку"
    SAVE = "Сохранить"
    REVOKED = "отозвана"
    REVOKE = "Отозвать"
    REVOKE_ROLE = "Отозвать роль"
    LAST_ADMINISTRATOR = "единственный администратор"
    LIMIT = "Ограничить типами и темами"
    NOTHING_CHANGED = "Ничего не изменилось"
    LIMITS = "Ограничения"


class Questions(Texts, of="questions lists fields"):
    """A question of one's own is composed and asked."""

    ANSWERED = "Ответили"
    NEW = "Новый вопрос"
    DRAFTS = "Черновики"
    SENT = "Отправленные"
    REPORT_WHAT = "Что просим сообщить?"
    ADD_FIELD = "Добавить поле"
    UNIT = "Единица"
    UP = "Выше"
    PREVIEW = "Как увидит руководитель"
    SEND = "Отправить"
    ASKED = "Вопрос отправлен"
    KEEP_TEMPLATE = "В шаблоны"
    DELETE_TEMPLATE = "Удалить шаблон"
    DELETE = "Удалить"
    GONE = "больше нет"
    DUE = "Срок"
    IS_DRAFT = "черновик"
    LEFT_TO_SAY = "Осталось указать"
    SURE = "Отправить вопрос"
    THIS_AFTERNOON = "Сегодня до 15:00"
    TODAY = "Сегодня до конца дня"
    MORE = "Ещё…"
    TOO_LONG = "Слишком длинно"
    FITS_NONE = "не подходит ни одна организация"
    IN_A_WEEK = "Через неделю"
    TOO_MANY_FIELDS = "В запросе может быть не больше"
    REQUIRED = "Обязательное"
    BELOW_ZERO = "Меньше нуля"
    REMINDERS = "Напоминания"


class SecondThoughts(Texts, of="second_thoughts questions rewording"):
    """A question that was asked is corrected, ended early, taken back."""

    CORRECT = "Исправить текст"
    CORRECT_AND_TELL = "Исправить и сообщить"
    CORRECT_SILENTLY = "Исправить без сообщения"
    CORRECTED = "Текст исправлен."
    TOLD = "Текст исправлен, люди узнают об этом."
    CORRECTED_FOR_HEADS = "Управление исправило запрос"
    CLOSE = "Закрыть приём"
    CLOSED = "Приём ответов закрыт."
    CLOSED_FOR_HEADS = "Приём ответов закрыт раньше срока."
    TAKE_BACK = "Отозвать"
    TAKEN_BACK = "Вопрос отозван."
    TAKEN_BACK_FOR_HEADS = "Управление образования отозвало этот вопрос."


class ReportMenu(Texts, of="reports report"):
    """Consolidated reports."""

    HEADING = "Отчёты"
    WORKBOOK = "Свод в Excel"
    BOARD = "Доска района"
    SPAN = "Период"
    CHANGE_SPAN = "Изменить период"
    MONTHLY = "Отчёт за месяц"
    PER_REQUEST = "Свод по запросу"
    NOT_TAKEN = " не принял файл"


class Report(Texts, of="words summary directive_sheet dynamics matrix book execution completion own territories"):
    """What stands in a report, whatever its form."""

    TOTAL = "Итого по району"
    SENT = "Отправлено"
    NOTHING_ASKED = "За этот период запросов не было."
    REPORTED = "Представили"
    NOT_REPORTED = "Не представили: "
    PENDING = "срок не наступил"
    REPORTED_COLUMN = "Представлено"
    SUMMARY = "Сводка"


class Threads(Texts, of="threads"):
    """Messages from heads."""

    HEADING = "Обращение"
    DELISTED = "организации больше нет в списке"
    WAITS = "Ждёт ответа"
    ANSWER = "Ответить"
    ANSWERED = "Ответ дан"
    NEEDS_NO_ANSWER = "Не требует ответа"
    NO_ANSWER_NEEDED = "☑️ Ответ не требуется"
    FORWARDED = "Передано"
    NOT_FORWARDED = "Сообщение не передано"
    NOT_WITHIN = "не в вашей части"
    NAMELESS = "кто его написал, не видно"
    TO_REMINDER = "↩️ В ответ на напоминание"
    CANNOT_WRITE_THERE = "не может писать в группу"
    MAY_NOT_WRITE = "боту нельзя писать"
    GONE = "больше нет"
    CANCEL = "Отмена"
    WHOLE = "Вся переписка"
