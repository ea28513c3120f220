"""What the files of data/ are about: the example's schools, directives and choices."""

from tests.texts import Texts


class Types(Texts, of="directives.yaml"):
    """Kinds of organizations."""

    GENERAL = "Общее образование"
    PRESCHOOL = "Дошкольное образование"
    SUPPLEMENTARY = "Дополнительное образование"
    DEPARTMENT = "Управление образования"


class Organizations(Texts, of="organizations.example.yaml"):
    """Organizations by full and by short name."""

    SCHOOL = "МБОУ «Тихореченская основная общеобразовательная школа»"
    OTHER_SCHOOL = "МБОУ «Малоозёрская начальная общеобразовательная школа»"
    BIG_SCHOOL = "МБОУ «Сосновоозёрская средняя общеобразовательная школа»"
    KINDERGARTEN = "МБДОУ «Детский сад «Родничок» села Степной Ключик»"


class Topics(Texts, of="directives.yaml"):
    """What directives are about."""

    SANITARY = "Санитарные требования"
    CURRICULA = "Образовательные программы"
    CLASS_TEACHERS = "Классное руководство"


class Titles(Texts, of="directives.yaml"):
    """Titles of directives, and what is answered to several of them."""

    SANITARY_RULES = "Санитарные правила"
    CORRECTION = "Корректировка программ"
    SCHOOL_SPORTS_CLUB = "Школьный спортивный клуб"
    SUMMER = "Отдых и оздоровление детей"
    CLASS_TEACHING = "Классное руководство"
    NOT_BEGUN = "Не начато"
    DONE = "Исполнено"


class Club(Texts, of="every_kind.yaml directives.yaml"):
    """The directive about sports clubs: every kind of field."""

    TITLE = "Спортивный клуб"
    SPORTS = "Виды спорта"
    WORKS = "Действует"
    BEING_MADE = "Создаётся"
    NOT_MADE = "Не создан"
