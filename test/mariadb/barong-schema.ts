/**
 * The tables of Barong 1.7 as Rails makes them in MySQL, those with data that matters. The unique index over numbers fell
 * in the course of 1.7; without it both can be tried.
 */
export const BARONG_SCHEMA = `
  CREATE TABLE accounts (
    id bigint PRIMARY KEY AUTO_INCREMENT,
    uid varchar(255) NOT NULL UNIQUE,
    email varchar(255) NOT NULL UNIQUE,
    encrypted_password varchar(255) NOT NULL DEFAULT '',
    reset_password_token varchar(255) UNIQUE, reset_password_sent_at datetime,
    sign_in_count int NOT NULL DEFAULT 0, last_sign_in_ip varchar(255),
    confirmation_token varchar(255) UNIQUE, confirmed_at datetime, confirmation_sent_at datetime,
    unconfirmed_email varchar(255),
    failed_attempts int NOT NULL DEFAULT 0, unlock_token varchar(255) UNIQUE, locked_at datetime,
    role varchar(255) NOT NULL DEFAULT 'member',
    level int NOT NULL DEFAULT 0,
    otp_enabled tinyint(1) DEFAULT 0,
    state varchar(255) NOT NULL DEFAULT 'pending',
    created_at datetime NOT NULL, updated_at datetime NOT NULL
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8;
  CREATE TABLE documents (
    id bigint PRIMARY KEY AUTO_INCREMENT,
    account_id bigint, upload varchar(255), doc_type varchar(255), doc_number varchar(255), doc_expire date,
    created_at datetime NOT NULL, updated_at datetime NOT NULL,
    INDEX (account_id), FOREIGN KEY (account_id) REFERENCES accounts (id)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8;
  CREATE TABLE labels (
    id bigint PRIMARY KEY AUTO_INCREMENT,
    account_id bigint, \`key\` varchar(255) NOT NULL, value varchar(255) NOT NULL,
    scope varchar(255) NOT NULL DEFAULT 'public',
    created_at datetime NOT NULL, updated_at datetime NOT NULL,
    INDEX (account_id), FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8;
  CREATE TABLE phones (
    id bigint PRIMARY KEY AUTO_INCREMENT,
    country varchar(255), number varchar(255) NOT NULL, validated_at datetime, code varchar(5),
    account_id int unsigned NOT NULL,
    created_at datetime NOT NULL, updated_at datetime NOT NULL,
    INDEX (account_id), INDEX (number)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8;
  CREATE TABLE profiles (
    id bigint PRIMARY KEY AUTO_INCREMENT,
    account_id bigint, first_name varchar(255), last_name varchar(255), dob date, address varchar(255),
    postcode varchar(255), city varchar(255), country varchar(255),
    state varchar(255) NOT NULL DEFAULT 'pending', metadata text,
    created_at datetime NOT NULL, updated_at datetime NOT NULL,
    INDEX (account_id), FOREIGN KEY (account_id) REFERENCES accounts (id)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8;
  CREATE TABLE oauth_applications (
    id int PRIMARY KEY AUTO_INCREMENT,
    name varchar(255) NOT NULL, uid varchar(255) NOT NULL UNIQUE, secret varchar(255) NOT NULL,
    redirect_uri text NOT NULL, scopes varchar(255) NOT NULL DEFAULT '', skipauth tinyint(1) DEFAULT 0,
    created_at datetime NOT NULL, updated_at datetime NOT NULL
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8;
  CREATE TABLE websites (
    id bigint PRIMARY KEY AUTO_INCREMENT,
    domain varchar(255) UNIQUE, title varchar(255), logo varchar(255), stylesheet varchar(255),
    header text, footer text, redirect_url varchar(255), state varchar(255),
    created_at datetime NOT NULL, updated_at datetime NOT NULL
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8;`;
