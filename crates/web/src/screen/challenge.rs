//! Questions to a card. Prompt, map and panel are drawn from one datum, so that they agree (U-22).

/// The marks of the places asked, in the order of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// イ
    I,
    /// ロ
    Ro,
    /// ハ
    Ha,
    /// ニ
    Ni,
}

impl Mark {
    /// All four, in order: at most four places are asked at once.
    pub const ALL: [Self; 4] = [Self::I, Self::Ro, Self::Ha, Self::Ni];

    /// Word for styles and form fields: `i`, `ro`, `ha`, `ni`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::I => "i",
            Self::Ro => "ro",
            Self::Ha => "ha",
            Self::Ni => "ni",
        }
    }

    /// Message with the letter the customer sees.
    pub const fn key(self) -> &'static str {
        match self {
            Self::I => "mark-i",
            Self::Ro => "mark-ro",
            Self::Ha => "mark-ha",
            Self::Ni => "mark-ni",
        }
    }
}

/// One picture on offer.
#[derive(Clone, Debug)]
pub struct ChoiceView {
    /// Value of the radio button; opaque, dead with the challenge.
    pub choice: String,
    /// What the picture shows, in the language of the page.
    pub name: String,
    /// Address of the picture; served by us, `no-store`.
    pub picture_url: String,
}

/// One place of an image card and the pictures to choose from.
#[derive(Clone, Debug)]
pub struct PromptView {
    /// Its mark.
    pub mark: Mark,
    /// Row on the card, A to E.
    pub row: char,
    /// Column on the card, 1 to 9 and 0.
    pub column: char,
    /// The panel, in its own fixed order (E-22).
    pub choices: Vec<ChoiceView>,
}

/// Two to four questions to one image card.
///
/// Form fields: one radio group a prompt, named `prefix` + [`Mark::code`].
#[derive(Clone, Debug)]
pub struct ImageCardView {
    /// The number printed on the card, to compare (E-24).
    pub card_number: String,
    /// Begins the names of the form fields, so that two cards can be asked on one page; often
    /// empty.
    pub prefix: &'static str,
    /// The questions.
    pub prompts: Vec<PromptView>,
}

impl ImageCardView {
    /// Rows as printed (U-20).
    pub const ROWS: [char; 5] = ['A', 'B', 'C', 'D', 'E'];
    /// Columns as printed: 0 comes last (U-20).
    pub const COLUMNS: [char; 10] = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'];

    /// The columns, and whether one is asked about.
    pub fn columns(&self) -> [(char, bool); 10] {
        let asked = |column| self.prompts.iter().any(|prompt| prompt.column == column);
        Self::COLUMNS.map(|column| (column, asked(column)))
    }

    /// The card in small, row by row.
    pub fn map(&self) -> [MapRow<'_>; 5] {
        let at = |row, column| self.prompts.iter().find(|p| p.row == row && p.column == column);
        Self::ROWS.map(|row| MapRow {
            letter: row,
            asked: self.prompts.iter().any(|prompt| prompt.row == row),
            cells: Self::COLUMNS.map(|column| at(row, column)),
        })
    }
}

/// One row of the map.
#[derive(Clone, Copy, Debug)]
pub struct MapRow<'a> {
    /// A to E.
    pub letter: char,
    /// Whether anything in it is asked about.
    pub asked: bool,
    /// The prompts at its ten places.
    pub cells: [Option<&'a PromptView>; 10],
}

/// One number asked from a customer card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskedNumber {
    /// (1), (2): the order of the fields.
    pub slot: u8,
    /// Which of ア to ク, counted from 0.
    pub position: usize,
}

/// Two questions to a customer card.
///
/// Form fields: `p1`, `p2`, … by slot, each of [`Self::digits`] digits.
#[derive(Clone, Debug)]
pub struct MatrixView {
    /// The number printed on the card, to compare.
    pub card_number: String,
    /// What is asked.
    pub asked: Vec<AskedNumber>,
    /// Digits printed at a position: 1 or 2.
    pub digits: u8,
}

impl MatrixView {
    /// Names of the positions as printed.
    pub const POSITIONS: [&'static str; 8] = ["ア", "イ", "ウ", "エ", "オ", "カ", "キ", "ク"];

    /// The positions as printed, each with the slot asked there.
    pub fn columns(&self) -> [(&'static str, Option<u8>); 8] {
        let mut at = 0..;
        Self::POSITIONS.map(|name| {
            let position = at.next();
            (name, self.asked.iter().find(|a| Some(a.position) == position).map(|a| a.slot))
        })
    }

    /// The printed name of the position of `asked`.
    pub fn name(&self, asked: &AskedNumber) -> &'static str {
        Self::POSITIONS.get(asked.position).copied().unwrap_or("")
    }

    /// [`Self::digits`], as counted texts take it.
    pub fn digits_wide(&self) -> u32 {
        self.digits.into()
    }

    /// The names of what is asked, in order: ウ, カ.
    pub fn names(&self) -> String {
        self.asked.iter().map(|asked| self.name(asked)).collect::<Vec<_>>().join("・")
    }
}

/// The code of a token. Form field: `otp`.
#[derive(Clone, Debug)]
pub struct CodeView {
    /// The last four letters of its serial, so that the right token is taken.
    pub serial_hint: String,
    /// How many digits the code has.
    pub digits: u8,
    /// Seconds each code is shown; `None`: a new one at each press.
    pub period_s: Option<u16>,
    /// Seconds until the token shows a code that was not used; 0 when it does now (E-15).
    pub wait_s: u32,
}

impl CodeView {
    /// [`Self::period_s`], as counted texts take it.
    pub fn period_wide(&self) -> Option<u32> {
        self.period_s.map(u32::from)
    }

    /// [`Self::digits`], as counted texts take it.
    pub fn digits_wide(&self) -> u32 {
        self.digits.into()
    }
}

/// A question to whichever card or token the customer has.
#[derive(Clone, Debug)]
pub enum Question {
    /// Pictures of an image card.
    ImageCard(ImageCardView),
    /// Numbers of a customer card.
    CustomerCard(MatrixView),
    /// The code of a token.
    Code(CodeView),
}
