"""What heads of organizations see."""

from tests.texts import Texts


class Anywhere(Texts, of="common"):
    """What any conversation may answer."""

    NOT_YOURS = "не для вас"
    OUTDATED = "устарела"
    ALREADY_SENT = "Ответ уже отправлен"
    INCIDENT = "сообщите управлению номер:"
    NOT_SAVED_YET = "Сейчас не получается сохранить"
    TOO_MUCH = "Слишком много сообщений"
    SHORTER = "Хватит номера, слова из названия или села."
    CLOSED = "Приём ответов по этому запросу завершён"


class Outage(Texts, of="form"):
    """The bot was away for long."""

    PRESS_AGAIN = "нажмите ещё раз"


class LongText(Texts, of="common source broadcast"):
    """A text that came in several messages."""

    TAIL = "продолжение слишком длинного текста"
    COMMENT_TOO_LONG = "Комментарий слишком длинный"
    COMMENT_OF_PARTS = "по частям он не исправляется"
    NO_ANNOUNCEMENT = "объявление не создано"
    AS_BEFORE = "в объявлении осталось прежнее сообщение"
    NOT_CORRECTED = "исправление отменено, у всех прежний текст."


class Placing(Texts, of="placing"):
    """Something was sent, and nobody knows where it belongs."""

    TO_DEPARTMENT = "Передать в управление"
    NOTHING = "Ничего"
    TO_ANNOUNCEMENT = "Управлению это пока не передано."
    BY_BUTTON = "Чтобы отметить, что вы ознакомлены, нажмите «Ознакомлен» под объявлением."
    TO_SEVERAL = "Вы ответили на сообщение о нескольких запросах."
    NOT_ANNOUNCED = "Новым объявлением это пока не стало."
    ANNOUNCE = "Это новое объявление"
    NOT_BY_REPLY = "Если это оно, пришлите его, пожалуйста, не ответом."
    KEPT = "Сообщение сохранено"
    NOWHERE = "никуда не передано"
    PLACED = "Это уже разобрано"
    TOO_LONG = "Для комментария это слишком длинно"
    TOO_LONG_A_LETTER = "Это слишком длинно, чтобы передать"
    AS_COMMENT = "Сохранено как комментарий к запросу"
    IS_ANSWER = "Это ответ на вопрос"
    FILLED_IN = "Ответ заполнен"
    LATE = "дошло до бота с опозданием"
    LATE_VALUE = "дошло с опозданием. Вы писали его в ответ на вопрос"
    WRITE_DOWN = "Записать «"
    OPEN_FIELD = "Открыть вопрос"
    WHICH_QUESTION = "На какой вопрос это ответ?"
    UNSHOWN = "пока бот ещё обрабатывал кнопку"
    OTHER_THAN_PRESSED = "кнопкой выбрано"
    TO_NONE = "Ни на какой"


class Misfit(Texts, of="misfits kinds"):
    """Why a value does not fit."""

    NOT_A_NUMBER = "нужно число цифрами"
    NOT_A_DATE = "не похоже на дату"
    CORRECT_IT = "Исправьте своё сообщение."
    NO_OPTION = "непонятно, какой это вариант"
    UNCLEAR_LABELS = "какое число к какому вопросу"
    TOO_MANY_NUMBERS = "написано больше, чем спрошено"
    OTHER_UNIT = "указаны другие единицы"
    ONE_NUMBER = "нужно одно число"
    SEVERAL_IN_LINE = "в строке несколько чисел. Напишите каждое с новой строки."
    UNCLEAR_SIGN = "больше нуля или меньше? Минус пишите сразу перед числом."
    IN_FULL = "напишите его полностью, одними цифрами"


class Registration(Texts, of="registration roles panel"):
    """From the greeting to the seat."""

    GREETING = "Здравствуйте!"
    AGREE = "Согласен"
    DONE = "Готово"
    NOT_LISTED = "Нет в списке"
    CHOOSE = "Выберите организацию"
    NOTHING_FOUND = "ничего не нашлось"
    TYPE_FIRST = "Сначала отметьте тип организации."
    OF_OTHER_TYPES = "Есть в других:"
    LISTED_ALREADY = "уже есть в списке"
    NOT_MINE = "Моей здесь нет"
    TO_TYPES = "‹ К типам"
    ADD_ORGANIZATION = "Добавить организацию"
    HEAD = "Руководитель"
    DEPUTY = "Заместитель"
    APPLIED = "Заявка отправлена"
    REGISTERED = "Вы зарегистрированы"
    REFUSED = "отклонило заявку"
    LINK_DOES_NOT_FIT = "не подходит"
    LINK_USED = "уже использована или устарела"
    GIVE_UP = "Отозвать заявку"
    ASKED_OFTEN = "Заявок за сутки слишком много"
    ERASED_OFTEN = "уже несколько раз удаляли свои данные"
    ADMINISTRATOR = "Вы — администратор"


class Request(Texts, of="tasks form card common"):
    """A request, and the list of what is open."""

    NEW = "новых запроса"
    OPEN = "Открытые запросы"
    DUE = "Срок"
    HISTORY = "История"
    OTHERS = "Другие запросы"
    NONE_OPEN = "Открытых запросов нет"
    ALL_DONE = "Открытых запросов нет 👍"
    CLOSED_UNANSWERED = "Приём ответов завершён, а ответа нет"
    NOT_UNDERSTOOD = "Не понял"
    NOT_KEPT = "Такое сообщение сохранить нельзя."
    GREETED = "Здравствуйте! Открытые запросы: /tasks."
    NO_SEAT = "не связаны с организацией"
    START = "нажмите /start"
    DOWNLOAD = "Скачать файлом"
    IN_CALENDAR = "В календарь"


class OwnCalendar(Texts, of="ics own_calendar settings"):
    """Deadlines as a file for one's own calendar."""

    DUE = "Срок ответа"
    NOT_AWAITED = "Ответа больше не ждём"
    NOTHING_OPEN = "в календарь добавить нечего"
    CANCELLED = "Отменено"
    SUBSCRIBE = "Подписаться"
    AS_FILE = "Файлом"
    IS_ON = "Подписка включена"
    REPLACE = "Заменить адрес"
    SWITCH_OFF = "Отключить"
    ENDED = "Подписка отключена"
    IN_SETTINGS = "Сроки в календаре"


class Reminder(Texts, of="tasks words"):
    """Those who have not answered are reminded."""

    HEADING = "Напоминаем"
    OVERDUE = "просрочено на"
    FILLED_IN = "Заполнено, но не отправлено"


class Form(Texts, of="form card kinds calendar words registration common worded"):
    """The answer is filled in, checked, sent and corrected."""

    PRESS = "❗️ Нажмите кнопку."
    YES = "Да"
    NO = "Нет"
    DONE = "Готово"
    SKIP = "Пропустить"
    UNCHANGED = "Без изменений"
    MORE = "Ещё…"
    TODAY = "Сегодня"
    YESTERDAY = "Вчера"
    TOMORROW = "Завтра"
    IN_A_WEEK = "Через неделю"
    OTHER_DAY = "Другой день"
    NUMBER = "Напишите число"
    IS_IT_ZERO = "это ноль?"
    TAKE_ZERO = "Записать 0"
    LINK = "Пришлите ссылку"
    CHECK = "Проверьте ответ"
    TO_CHECK = "К проверке"
    SEND = "Отправить"
    CHANGE = "Изменить"
    BACK = "Вернуться"
    BACK_ARROW = "‹ Назад"
    WHAT_TO_CHANGE = "Что изменить?"
    DIRECTIVE = "Поручение"
    IN_FULL = "Целиком: «Ещё…»"
    NOT_OURS = "Не относится к нам"
    OTHER_REASON = "Другую причину можно написать новым сообщением."
    ACCEPTED = "Ответ принят"
    EXCUSED = "➖ Снято с контроля"
    NOT_CORRECTED = "Исправление не отправлено"
    CLOSED = "Приём ответов завершён"
    EXTENSION_ASKED = "Просите продлить до"
    AWAITS_EXTENSION = "ждём решения"


class Returned(Texts, of="answer"):
    """An answer that comes back."""

    CORRECT = "Исправить"


class Extending(Texts, of="extending threads"):
    """A head asks for more time."""

    ASK = "Попросить продлить срок"
    UNTIL_WHEN = "До какого дня продлить срок?"
    WHY = "Почему нужно больше времени?"
    OTHER_DAY = "Другой срок"
    CHOOSE_AGAIN = "Выберите, пожалуйста, срок ещё раз"
    HAS_MOVED = "перенесло срок"
    DAY_PASSED = "этот день прошёл"
    IMPOSSIBLE = "сейчас продлить нельзя"
    WEEK = "+ неделя"
    THREE_DAYS = "+ 3 рабочих дня"
    CHECK = "Проверьте просьбу"
    SEND = "Отправить просьбу"
    TO_REQUEST = "‹ К запросу"
    WRITE = "Написать в управление"
    OPEN = "Открыть запрос"
    MOVED = "Срок продлён: до"


class Words(Texts, of="menu"):
    """What stands under the line in which a head types."""

    TASKS = "Мои запросы"
    WRITE = "Написать"
    SETTINGS = "Настройки"


class Preferences(Texts, of="settings"):
    """Holidays, subscriptions, leaving."""

    BACK = "‹ Настройки"
    ADD_ORGANIZATION = "Добавить организацию"
    LEAVE = "Уйти из организации"
    SURELY_LEAVE = "Уйти"
    DELETE = "Удалить"
    LAST_ADMINISTRATOR = "Вы единственный администратор"
    HOLIDAY = "Отпуск"
    WEEK = "На неделю"
    FOUR_WEEKS = "На 4 недели"
    END_HOLIDAY = "Закончить отпуск"
    STOPPED = "Сообщения остановлены"
    WELCOME_BACK = "С возвращением"
    WANTED = "Что присылать"
    ORGANIZATIONS = "Мои организации"
    TO_ORGANIZATIONS = "‹ Мои организации"


class Leaving(Texts, of="leaving"):
    """What people hear of an organization that is asked no more, or again."""

    DELISTED = "Управление образования исключило из списка:"
    APPLICATION_ENDED = "Ваша заявка больше не рассматривается"
    GOES_ON = "Запросы по-прежнему приходят"
    RELISTED = "Организация снова в списке управления образования"
    RELIEVED = "Отвечать больше не нужно"
    NOT_FOR_IT = "не для неё"
    DESERTED = "В организации больше никого нет"
    NOTHING_COMES = "Сейчас запросы вам не приходят"
    SINCE = "нет в списке с"
    NOT_LISTED = "исключило эту организацию из списка"


class Writing(Texts, of="threads"):
    """A message for the department."""

    CANCEL = "Отмена"
    LATER = "Позже"
    FORWARDED = "✅ Передано. Ответ придёт сюда."
    READ_BY_NOBODY_ELSE = "✅ Записано. Кроме вас, обращений в управлении пока никто не читает."
    CANNOT_FORWARD = "Такое сообщение передать нельзя"
